using System.Text.RegularExpressions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Rules;

/// <summary>CI and the image use exactly the packages that the committed lock files name.</summary>
public sealed partial class PackageLockTests
{
    private static IEnumerable<string> Projects { get; } =
        Project.Matches(File.ReadAllText(Path.Combine(Sources.Root, "BffBroker.sln"))).Select(match => match.Groups[1].Value.Replace('\\', '/'));

    [Fact]
    public void Every_project_of_the_solution_has_a_lock_file()
    {
        Assert.NotEmpty(Projects);
        Assert.All(Projects, project => Assert.True(File.Exists(Path.Combine(Sources.Root, Path.GetDirectoryName(project)!, "packages.lock.json")), project));
    }

    /// <summary>A lock file names a package by its content, so that any feed can serve it.</summary>
    [Fact]
    public void No_lock_file_names_a_feed() => Assert.All(Projects, project =>
        Assert.DoesNotContain("://", File.ReadAllText(Path.Combine(Sources.Root, Path.GetDirectoryName(project)!, "packages.lock.json")), StringComparison.Ordinal));

    [Fact]
    public void CI_restores_once_and_locked()
    {
        var commands = File.ReadLines(Path.Combine(Sources.Root, ".ci/run")).Select(line => line.Trim()).Where(line => line.StartsWith("dotnet ", StringComparison.Ordinal)).ToList();

        Assert.Contains(" --locked-mode", Assert.Single(commands, command => command.StartsWith("dotnet restore", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains(commands, command => command.StartsWith("dotnet test ", StringComparison.Ordinal));
        Assert.All(commands.Where(command => !command.StartsWith("dotnet restore", StringComparison.Ordinal)), command => Assert.Contains(" --no-restore ", command, StringComparison.Ordinal));
    }

    /// <summary>NU1603 warns that the feed lacks the named version, and that a later one was taken.</summary>
    [Fact]
    public void No_project_accepts_another_version_than_it_names() => Assert.All(
        Directory.EnumerateFiles(Sources.Root, "Directory.*.*").Concat(Projects.SelectMany(project => new[] { Path.Combine(Sources.Root, project) }))
            .Concat(new[] { "src", "tests" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Sources.Root, folder), "Directory.*.*"))),
        file => Assert.DoesNotContain("NU1603", File.ReadAllText(file), StringComparison.Ordinal));

    [GeneratedRegex(@"^Project\(""[^""]+""\) = ""[^""]+"", ""([^""]+\.csproj)""", RegexOptions.Multiline)]
    private static partial Regex Project { get; }
}
