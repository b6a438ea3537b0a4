using System.Text.RegularExpressions;
using BffBroker.Api;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Rules;

/// <summary>The README's table of configuration keys says what the code reads, and nothing else.</summary>
public sealed partial class ConfigurationTableTests
{
    // ASP.NET Core's own, of which the README tells where it tells of the listener.
    private static readonly string[] OfListener = ["urls", "http_ports", "https_ports", "Kestrel"];

    private static readonly Dictionary<string, string> Table = Documents.Table("README.md", "## Configuration").SelectMany(Keys).ToDictionary();

    [Fact]
    public void The_table_has_every_key_that_the_code_reads_with_its_default() =>
        Documents.AssertHasJust("README.md, Configuration,", Lines(ConfigurationKeys.All), Lines(Table.Where(row => ConfigurationKeys.All.ContainsKey(row.Key))));

    [Fact]
    public void The_table_has_no_key_that_the_code_does_not_read()
    {
        var source = string.Concat(Sources.Of("src/BffBroker").Select(File.ReadAllText));

        Assert.All(Table.Keys.Except(ConfigurationKeys.All.Keys), key => Assert.Contains($"\"{key}\"", source, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_section_that_is_bound_is_looked_at() =>
        Assert.Equal(ConfigurationKeys.BoundClasses.Order(), ConfigurationKeys.OptionsClasses.Select(type => type.Name).Order());

    [Fact]
    public void Every_key_that_the_code_reads_by_name_is_in_the_table_or_is_of_the_listener() =>
        Assert.All(ConfigurationKeys.ReadByName, read => Assert.True(Table.ContainsKey(read.Key) || OfListener.Append("Serilog").Contains(read.Key.Split(':')[0]), read.Key));

    [Fact]
    public void No_page_and_no_shipped_file_names_a_key_that_is_not_in_the_table()
    {
        var sections = ConfigurationKeys.All.Keys.Select(key => key.Split(':')).Where(parts => parts.Length > 1).Select(parts => parts[0]).Distinct();
        var named = new Regex($@"\b(?:{string.Join('|', sections)})(?:(?::|__)(?:[A-Z]\w*?|\d+|N)(?=:|__|\b))+");

        Assert.All(
            Documents.Pages.SelectMany(page => named.Matches(File.ReadAllText(page)).Select(match => (Page: page, Key: Number.Replace(match.Value.Replace("__", ":", StringComparison.Ordinal), ":N")))),
            name => Assert.True(Table.Keys.Any(key => key == name.Key || key.StartsWith(name.Key + ":", StringComparison.Ordinal)), $"{name.Page} names {name.Key}, which README.md, Configuration, has not."));
    }

    [Fact]
    public void The_guide_to_APIs_names_what_a_route_may_say_to_the_broker() =>
        Assert.All([ApiRoute.TokenKey, ApiRoute.ScopeKey], key => Assert.Contains(key, Documents.Text("docs/apis.md"), StringComparison.Ordinal));

    // Several keys of a row have a default each, or one for all of them.
    private static IEnumerable<KeyValuePair<string, string>> Keys(string[] row)
    {
        var (keys, defaults) = (Documents.Literals(row[0]), row[1].Split(", "));
        return keys.Select((key, i) => KeyValuePair.Create(key, defaults[defaults.Length == keys.Count ? i : 0]));
    }

    private static IEnumerable<string> Lines(IEnumerable<KeyValuePair<string, string>> keys) => keys.Select(key => $"{key.Key} = {key.Value}");

    [GeneratedRegex(@":\d+\b")]
    private static partial Regex Number { get; }
}
