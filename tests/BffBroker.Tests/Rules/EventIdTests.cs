namespace BffBroker.Tests.Rules;

public sealed class EventIdTests
{
    private static readonly Dictionary<string, int> Thousands = new() { ["Amazon"] = 1, ["Sessions"] = 2, ["Redis"] = 3, ["Endpoints"] = 4, ["Management"] = 5, ["Settings"] = 6, ["Api"] = 7, ["Telemetry"] = 8, ["Limits"] = 9 };

    [Fact]
    public void Each_event_id_is_used_once() => Assert.Distinct(LogEvents.All.Select(e => e.Id));

    [Fact]
    public void Each_event_id_begins_with_the_number_of_its_folder()
    {
        Assert.NotEmpty(LogEvents.All);
        Assert.All(LogEvents.All, e => Assert.Equal(Thousands[e.Folder], e.Id / 1000));
    }
}
