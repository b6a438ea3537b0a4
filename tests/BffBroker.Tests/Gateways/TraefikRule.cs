using System.Data;
using System.Globalization;
using System.Text.RegularExpressions;
using Header = (string Name, string Value);

namespace BffBroker.Tests.Gateways;

/// <summary>The rule of a router, judged as Traefik 3 documents it. Of several values of a header, one that fits is enough.</summary>
internal sealed partial class TraefikRule(string rule)
{
    public bool Matches(string host, string path, IReadOnlyList<Header> headers)
    {
        var judged = Matcher.Replace(rule, match => $"{Judge(match.Groups["name"].Value, ArgumentsOf(match), host, path, headers)}")
            .Replace("&&", " AND ", StringComparison.Ordinal)
            .Replace("||", " OR ", StringComparison.Ordinal)
            .Replace("!", " NOT ", StringComparison.Ordinal);
        using var expression = new DataTable { Locale = CultureInfo.InvariantCulture };
        return (bool)expression.Compute(judged, "");
    }

    private bool Judge(string matcher, string[] arguments, string host, string path, IReadOnlyList<Header> headers) =>
        (matcher, arguments) switch
        {
            ("Host", [var name]) => name == host,
            ("Path", [var whole]) => path == whole,
            ("PathPrefix", [var beginning]) => path.StartsWith(beginning, StringComparison.Ordinal),
            ("PathRegexp", [var pattern]) => Regex.IsMatch(path, pattern),
            ("HeaderRegexp", [var header, var pattern]) =>
                headers.Any(sent => sent.Name.Equals(header, StringComparison.OrdinalIgnoreCase) && Regex.IsMatch(sent.Value, pattern)),
            _ => throw new NotSupportedException($"{matcher} in {rule}"),
        };

    private static string[] ArgumentsOf(Match matcher) => [.. matcher.Groups["argument"].Captures.Select(argument => argument.Value)];

    [GeneratedRegex("(?<name>[A-Za-z]+)\\((?:`(?<argument>[^`]*)`(?:, *)?)+\\)")]
    private static partial Regex Matcher { get; }
}
