using System.Text.RegularExpressions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Rules;

/// <summary>The law of the layout, over the source text: unlike reflection it sees method bodies too.</summary>
public sealed class DependencyDirectionTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["OAuth"] = [],
        ["Settings"] = [],
        ["Limits"] = [],
        ["Telemetry"] = [],
        ["Sessions"] = ["OAuth", "Telemetry"],
        ["Amazon"] = ["Sessions", "OAuth", "Telemetry", "Settings"],
        ["Redis"] = ["Sessions", "OAuth", "Telemetry", "Settings"],
        ["Api"] = ["Endpoints", "Sessions", "OAuth", "Telemetry", "Limits"],
        ["Endpoints"] = ["Amazon", "Sessions", "OAuth", "Telemetry", "Settings", "Limits"],
        ["Management"] = ["Endpoints", "Amazon", "Sessions", "OAuth", "Telemetry", "Settings", "Limits", "Redis"],
    };

    public static TheoryData<string> Folders => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_depends_only_on_those_below_it(string folder)
    {
        var others = string.Join('|', Allowed.Keys.Where(other => other != folder && !Allowed[folder].Contains(other)));
        var aliased = others.Contains("Sessions", StringComparison.Ordinal) ? @"|\bSessionOptions\b" : ""; // for which no file needs a using
        var forbidden = new Regex($@"\b(BffBroker|using)[. ]({others})\b{aliased}");

        Assert.All(Sources.Of($"src/BffBroker/{folder}"), file => Assert.DoesNotMatch(forbidden, File.ReadAllText(file)));
    }

    [Fact]
    public void Every_folder_has_a_law_of_its_own() =>
        Assert.Equal(
            Allowed.Keys.Order(),
            Sources.Of("src/BffBroker").Select(file => Path.GetRelativePath(Path.Combine(Sources.Root, "src/BffBroker"), file).Split(Path.DirectorySeparatorChar))
                .Where(parts => parts.Length > 1).Select(parts => parts[0]).Distinct().Order());
}
