using System.Globalization;
using System.Text.RegularExpressions;

namespace BffBroker.Tests.Rules;

public sealed partial class EventIdTests
{
    private static readonly Dictionary<string, int> Thousands = new() { ["Amazon"] = 1, ["Sessions"] = 2, ["Redis"] = 3, ["Endpoints"] = 4, ["Management"] = 5, ["Settings"] = 6, ["Api"] = 7 };

    private static IEnumerable<(string Folder, int Id)> Events => Sources.Of("src/BffBroker").SelectMany(file =>
        LoggerMessage.Matches(File.ReadAllText(file)).Select(match =>
            (Path.GetFileName(Path.GetDirectoryName(file)!), int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))));

    [Fact]
    public void Each_is_used_once() => Assert.Equal(Events.Select(e => e.Id).Distinct().Order(), Events.Select(e => e.Id).Order());

    [Fact]
    public void Each_begins_with_the_number_of_its_folder() => Assert.All(Events, e => Assert.Equal(Thousands[e.Folder], e.Id / 1000));

    [GeneratedRegex(@"\[LoggerMessage\((\d+),")]
    private static partial Regex LoggerMessage { get; }
}
