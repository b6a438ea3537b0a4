using BffBroker.OAuth;
using BffBroker.Sessions;

namespace BffBroker.Tests.Sessions;

public sealed class RecordLifeTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(8, 24, 8)]
    [InlineData(8, 3, 3)]
    public void A_record_is_kept_until_its_session_would_be_idle_for_too_long_or_over(int idleHours, int hoursLeft, int keptHours)
    {
        var session = new Session(new("u", null, null), Scopes.None, Now.AddHours(-1), Now.AddHours(hoursLeft), new(new("a"), null, Now, Now));

        Assert.Equal(TimeSpan.FromHours(keptHours), session.RecordLife(TimeSpan.FromHours(idleHours), Now));
    }
}
