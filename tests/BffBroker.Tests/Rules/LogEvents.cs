using System.Globalization;
using System.Text.RegularExpressions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Rules;

/// <summary>Every log line of the broker's own, as the source declares it.</summary>
internal static partial class LogEvents
{
    public static IReadOnlyList<(string Folder, int Id, string Level)> All { get; } =
    [
        .. Sources.Of("src/BffBroker").SelectMany(file => LoggerMessage.Matches(File.ReadAllText(file)).Select(match => (
            Path.GetFileName(Path.GetDirectoryName(file)!), int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture), match.Groups["level"].Value))),
    ];

    [GeneratedRegex(@"\[LoggerMessage\((?<id>\d+), LogLevel\.(?<level>\w+),")]
    private static partial Regex LoggerMessage { get; }
}
