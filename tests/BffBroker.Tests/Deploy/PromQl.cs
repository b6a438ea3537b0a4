using System.Text.RegularExpressions;

namespace BffBroker.Tests.Deploy;

/// <summary>The names in an expression of Prometheus, whose syntax promtool has judged.</summary>
internal static partial class PromQl
{
    private static readonly string[] Operators = ["and", "or", "unless", "bool", "offset"];

    public static IEnumerable<string> MetricsOf(string expression)
    {
        var bare = Clause.Replace(Braces.Replace(Quoted.Replace(expression, ""), ""), "");
        return Word.Matches(bare).Select(match => match.Value).Except(Operators);
    }

    /// <summary>Those that series are chosen or grouped by.</summary>
    public static IEnumerable<string> LabelsOf(string expression) => MatchersOf(expression).Select(matcher => matcher.Label)
        .Concat(Clause.Matches(expression).SelectMany(match => match.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>One for each word of an alternative.</summary>
    public static IEnumerable<(string Metric, string Label, string Word)> MatchersOf(string expression) =>
        from selector in Selector.Matches(expression)
        from matcher in Matcher.Matches(selector.Groups["matchers"].Value)
        from word in matcher.Groups["words"].Value.Split('|')
        select (selector.Groups["metric"].Value, matcher.Groups["label"].Value, word);

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted { get; }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Braces { get; }

    [GeneratedRegex(@"\b(by|without|on|ignoring|group_left|group_right)\s*\((?<labels>[^)]*)\)")]
    private static partial Regex Clause { get; }

    [GeneratedRegex(@"(?<![\w.])[a-zA-Z_:][\w:]*(?![\w:]|\s*\()")]
    private static partial Regex Word { get; }

    [GeneratedRegex(@"(?<metric>[a-zA-Z_:][\w:]*)\{(?<matchers>[^}]*)\}")]
    private static partial Regex Selector { get; }

    [GeneratedRegex("(?<label>\\w+)\\s*(=~|!~|!=|=)\\s*\"(?<words>[^\"]*)\"")]
    private static partial Regex Matcher { get; }
}
