using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Deploy;

public sealed partial class DockerfileTests
{
    private static readonly string[] Images = ["broker", "simulator"];

    [Fact]
    public void All_that_the_Dockerfile_copies_exists_and_is_not_ignored()
    {
        var copied = Dockerfile.Shipped.Stages.SelectMany(stage => stage.Own).SelectMany(instruction => instruction.Sources).Distinct().ToList();

        Assert.NotEmpty(copied);
        Assert.All(copied, source => Assert.True(Path.Exists(Path.Combine(Sources.Root, source)), source));
        Assert.All(copied, source => Assert.False(IsIgnored(source), source));
    }

    [Theory]
    [InlineData(".git/HEAD")]
    [InlineData(".env")]
    [InlineData("README.md")]
    [InlineData("src/BffBroker/bin/Debug/net10.0/BffBroker.dll")]
    [InlineData("src/BffBroker/obj/project.assets.json")]
    [InlineData("src/BffBroker/keyring.pem")]
    public void What_no_image_needs_does_not_reach_the_build(string path) => Assert.True(IsIgnored(path));

    [Fact]
    public void Packages_are_restored_from_the_files_that_name_them_before_any_source_is_there()
    {
        var copied = Dockerfile.Shipped.StageNamed("restore").Own.SelectMany(instruction => instruction.Sources).ToList();

        Assert.Equal(2, RestoredProjects.Count);
        Assert.All(RestoredProjects, project => Assert.Contains(project, copied));
        Assert.All(RestoredProjects, project => Assert.Contains(LockFileOf(project), copied));
        Assert.Contains("global.json", copied);
        Assert.All(RestoredProjects.SelectMany(PropertiesOf), properties => Assert.Contains(properties, copied));
        Assert.All(copied, source => Assert.False(Directory.Exists(Path.Combine(Sources.Root, source)), source));
    }

    [Fact]
    public void Every_restore_is_locked_and_no_build_restores_again()
    {
        var commands = Dockerfile.Shipped.Stages.SelectMany(stage => stage.Own).Where(instruction => instruction.Name == "RUN")
            .SelectMany(instruction => instruction.Text.Split("&&", StringSplitOptions.TrimEntries)).ToList();

        Assert.All(commands.Where(command => command.StartsWith("dotnet restore ", StringComparison.Ordinal)), command => Assert.EndsWith(" --locked-mode", command, StringComparison.Ordinal));
        Assert.All(commands.Where(command => command.StartsWith("dotnet publish ", StringComparison.Ordinal)), command => Assert.Contains(" --no-restore ", command, StringComparison.Ordinal));
    }

    /// <summary>A locked restore for an architecture that is not in the lock file fails (NU1004).</summary>
    [Theory]
    [InlineData("linux-x64")]
    [InlineData("linux-arm64")]
    public void The_lock_files_cover_both_architectures(string architecture) => Assert.All(RestoredProjects, project =>
        Assert.NotNull(JsonNode.Parse(File.ReadAllText(Path.Combine(Sources.Root, LockFileOf(project))))!["dependencies"]![$"net10.0/{architecture}"]));

    [Fact]
    public void Stages_come_from_stages_that_are_there_and_from_pinned_images()
    {
        var stages = Dockerfile.Shipped.Stages;

        Assert.All(stages.SelectMany(stage => stage.Own).Select(instruction => instruction.SourceStage).OfType<string>(), name => Dockerfile.Shipped.StageNamed(name));
        Assert.All(stages.Where(stage => stage.Base is null), stage => Assert.Matches(@"^[\w./-]+:\d+\.\d+\.\d+-[\w.-]+$", stage.Image));
        Assert.Equal("broker", stages[^1].Name);
    }

    [Theory]
    [InlineData("broker", "BffBroker")]
    [InlineData("simulator", "AmazonSimulator")]
    public void An_image_runs_its_program_without_root_and_without_a_shell(string image, string program)
    {
        var stage = Dockerfile.Shipped.StageNamed(image);

        Assert.Equal("1654", stage.Last("USER"));
        Assert.Contains("-chiseled", stage.Base!.Image, StringComparison.Ordinal);
        Assert.DoesNotContain(stage.All, instruction => instruction.Name == "RUN");
        Assert.Equal($"[\"dotnet\", \"{program}.dll\"]", stage.Last("ENTRYPOINT"));
        Assert.Contains($"CMD [\"dotnet\", \"{program}.dll\", \"healthcheck\"", stage.Last("HEALTHCHECK"), StringComparison.Ordinal);
        Assert.Equal("SIGTERM", stage.Last("STOPSIGNAL"));
        Assert.Contains($"src/{program} ", Dockerfile.Shipped.StageNamed($"build-{image}").Last("RUN"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_image_says_what_it_is() => Assert.All(Images, image =>
        Assert.All(new[] { "title", "description", "version", "revision" }, label =>
            Assert.Contains($"org.opencontainers.image.{label}=", Dockerfile.Shipped.StageNamed(image).Last("LABEL"), StringComparison.Ordinal)));

    private static IReadOnlyList<string> RestoredProjects { get; } =
        [.. Restored.Matches(Dockerfile.Shipped.StageNamed("restore").Last("RUN")).SelectMany(match => ClosureOf(match.Groups[1].Value))];

    private static string LockFileOf(string project) => $"{Path.GetDirectoryName(project)}/packages.lock.json";

    private static IEnumerable<string> ClosureOf(string folder)
    {
        var project = $"{folder}/{Path.GetFileName(folder)}.csproj";
        return XDocument.Load(Path.Combine(Sources.Root, project)).Descendants("ProjectReference")
            .SelectMany(reference => ClosureOf(Path.GetRelativePath(Sources.Root, Path.GetDirectoryName(Path.GetFullPath(Path.Combine(Sources.Root, folder, reference.Attribute("Include")!.Value)))!)))
            .Append(project);
    }

    private static IEnumerable<string> PropertiesOf(string project)
    {
        for (var folder = Path.GetDirectoryName(project); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Sources.Root, folder), "Directory.*.*"))
            {
                yield return Path.GetRelativePath(Sources.Root, file);
            }
        }
    }

    // The last pattern that matches a path, or a folder above it, decides.
    private static bool IsIgnored(string path) => File.ReadLines(Path.Combine(Sources.Root, ".dockerignore"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .Aggregate(false, (isIgnored, line) => Regex.IsMatch(path.TrimEnd('/'), ToRegex(line.TrimStart('!'))) ? line[0] != '!' : isIgnored);

    private static string ToRegex(string pattern) =>
        $"^{Regex.Escape(pattern).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal)}(/|$)";

    [GeneratedRegex(@"dotnet restore (\S+)")]
    private static partial Regex Restored { get; }
}
