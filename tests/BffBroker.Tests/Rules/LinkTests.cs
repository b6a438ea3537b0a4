using System.Text.RegularExpressions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Rules;

/// <summary>Links between the repository's own pages, and into them, lead somewhere.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Pages => [.. Documents.Pages.Where(page => page.EndsWith(".md", StringComparison.Ordinal)).Select(page => Path.GetRelativePath(Sources.Root, page))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_of_a_page_leads_to_a_file_and_a_heading_that_are_there(string page) =>
        Assert.All(Link.Matches(Documents.Text(page)).Select(match => match.Groups[1].Value).Where(target => !target.Contains(':', StringComparison.Ordinal)), target =>
        {
            var (path, heading) = target.Split('#') is [var file, var part] ? (file, part) : (target, null);
            var found = path.Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, path);

            Assert.True(Path.Exists(Path.Combine(Sources.Root, found)), target);
            Assert.True(heading is null || Headings(found).Contains(heading), target);
        });

    [Fact]
    public void Every_page_that_the_code_names_is_there() =>
        Assert.All(
            Sources.Of("src").Concat(Sources.Of("tests")).SelectMany(file => NamedPage.Matches(File.ReadAllText(file))).Select(match => match.Value).Distinct(),
            page => Assert.True(File.Exists(Path.Combine(Sources.Root, page)), page));

    [Fact]
    public void Every_test_that_a_page_names_is_there()
    {
        var tests = Sources.Of("tests").Select(file => (Class: Path.GetFileNameWithoutExtension(file), Text: File.ReadAllText(file))).ToList();

        Assert.Contains(Literals, literal => NamedTest.IsMatch(literal));
        Assert.All(Literals.SelectMany(literal => NamedTest.Matches(literal)), name => Assert.Contains(tests, test =>
            (name.Groups["class"] is not { Success: true, Value: var type } || test.Class == type)
            && (name.Groups["fact"] is not { Success: true, Value: var fact } || test.Text.Contains($" {fact}(", StringComparison.Ordinal))));
    }

    [Fact]
    public void Every_source_file_that_a_page_names_is_there()
    {
        var files = Sources.Of("src").Concat(Sources.Of("tests")).ToList();

        Assert.Contains(Literals, literal => NamedSource.IsMatch(literal));
        Assert.All(Literals.Where(literal => NamedSource.IsMatch(literal)), name => Assert.Contains(files, file => file.EndsWith("/" + name, StringComparison.Ordinal)));
    }

    private static IReadOnlyList<string> Literals { get; } =
        [.. Pages.SelectMany(page => Documents.Literals(Fence.Replace(Documents.Text(page.Data), ""))).Distinct()];

    private static IEnumerable<string> Headings(string page) =>
        Heading.Matches(Fence.Replace(Documents.Text(page), "")).Select(match => NotOfAnchor.Replace(match.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link { get; }

    [GeneratedRegex(@"\bdocs/\w+\.md")]
    private static partial Regex NamedPage { get; }

    [GeneratedRegex(@"^(?:\w+/)*(?<class>\w+Tests)(?:\.(?<fact>\w+))?$|^(?<fact>[A-Z]\w*_[a-z]\w*)$")]
    private static partial Regex NamedTest { get; }

    [GeneratedRegex(@"^(?:\w+/)+[\w.]+\.cs$")]
    private static partial Regex NamedSource { get; }

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading { get; }

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence { get; }

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotOfAnchor { get; }
}
