using System.Text.RegularExpressions;

namespace BffBroker.Tests.Support;

/// <summary>What the repository's pages say, as tables of cells.</summary>
internal static partial class Documents
{
    public static string Text(string path) => File.ReadAllText(Path.Combine(Sources.Root, path));

    /// <summary>Everything that is written for people who run or use the broker, shipped configurations included.</summary>
    public static IEnumerable<string> Pages => new[] { "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs", "deploy" }.Select(name => Path.Combine(Sources.Root, name))
        .SelectMany(path => File.Exists(path) ? [path] : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories));

    /// <summary>The rows of the first table under a heading.</summary>
    public static IReadOnlyList<string[]> Table(string path, string heading)
    {
        var lines = Text(path).Split('\n').SkipWhile(line => line != heading).Skip(1).TakeWhile(line => !line.StartsWith('#'));
        var rows = lines.SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|')).Skip(2);
        return [.. rows.Select(row => row.Split(" | ").Select(cell => cell.Trim('|', ' ')).ToArray())];
    }

    /// <summary>What a text has between backticks.</summary>
    public static IReadOnlyList<string> Literals(string text) => [.. Literal.Matches(text).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Literal { get; }
}
