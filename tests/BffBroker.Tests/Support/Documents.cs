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

    /// <summary>A page says all that the code has.</summary>
    /// <param name="where">For whoever has to mend the page.</param>
    public static void AssertHas(string where, IEnumerable<string> inCode, IEnumerable<string> onPage)
    {
        Assert.NotEmpty(inCode);
        List<string> missing = [.. inCode.Except(onPage)];
        Assert.True(missing.Count == 0, $"{where} lacks: {string.Join("; ", missing)}");
    }

    /// <summary>And nothing else.</summary>
    /// <inheritdoc cref="AssertHas"/>
    public static void AssertHasJust(string where, IEnumerable<string> inCode, IEnumerable<string> onPage)
    {
        var (code, page) = (inCode.ToList(), onPage.ToList());
        AssertHas(where, code, page);
        Assert.True(page.Distinct().Count() == page.Count, $"{where} has twice: {string.Join("; ", page.CountBy(row => row).Where(row => row.Value > 1).Select(row => row.Key))}");
        Assert.True(page.All(code.Contains), $"{where} has what the code does not: {string.Join("; ", page.Except(code))}");
    }

    /// <summary>What a text has between backticks.</summary>
    public static IReadOnlyList<string> Literals(string text) => [.. Literal.Matches(text).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Literal { get; }
}
