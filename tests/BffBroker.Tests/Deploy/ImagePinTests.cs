using System.Text.RegularExpressions;
using BffBroker.Management.Doctor;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Deploy;

/// <summary>Every image from outside is pinned to a full version, and none to one with a known vulnerability.</summary>
public sealed partial class ImagePinTests
{
    /// <summary>The first safe release of each line, the oldest line first. A line that is not listed fails, unless it is newer than all of them.</summary>
    /// <remarks>Raise a floor, and the pin with it, when an advisory is published.</remarks>
    private static readonly Dictionary<string, Version[]> Floors = new()
    {
        ["docker.io/library/caddy"] = [new(2, 11, 5)],
        // CVE-2025-49844, CVE-2026-23479, and CVE-2026-81934, which was fixed last.
        ["docker.io/library/redis"] = [new(7, 2, 16), new(7, 4, 11), new(8, 2, 9), new(8, 4, 6), new(8, 6, 6), new(8, 8, 2), new(8, 10, 1)],
        // The SDK's number is its own: 10.0.402 is the first with the runtime 10.0.13.
        ["mcr.microsoft.com/dotnet/sdk"] = [new(10, 0, 402)],
        ["mcr.microsoft.com/dotnet/aspnet"] = [new(10, 0, 13)],
    };

    private static IReadOnlyList<string> Images { get; } =
    [
        .. Dockerfile.Shipped.Stages.Where(stage => stage.Base is null).Select(stage => stage.Image),
        .. Directory.EnumerateFiles(Path.Combine(Sources.Root, "deploy"), "*.yml", SearchOption.AllDirectories).Append(Path.Combine(Sources.Root, "docker-compose.yml"))
            .SelectMany(file => Named.Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).Where(image => image != "bffbroker"),
    ];

    [Fact]
    public void Every_image_is_pinned_to_a_release_without_a_known_vulnerability()
    {
        Assert.All(Floors.Keys, name => Assert.Contains(Images, image => image.StartsWith(name + ":", StringComparison.Ordinal)));
        Assert.All(Images, image => Assert.Null(ProblemOf(image)));
    }

    [Theory]
    [InlineData("docker.io/library/caddy:2.11.5-alpine", true)]
    [InlineData("docker.io/library/caddy:2.12.0", true)]
    [InlineData("docker.io/library/caddy:2.11.4-alpine", false)]
    [InlineData("docker.io/library/caddy:2.10.9-alpine", false)]
    [InlineData("docker.io/library/caddy:2.11-alpine", false)]
    [InlineData("docker.io/library/caddy:alpine", false)]
    [InlineData("docker.io/library/caddy", false)]
    [InlineData("docker.io/library/redis:8.2.9-alpine", true)]
    [InlineData("docker.io/library/redis:8.12.0-alpine", true)]
    [InlineData("docker.io/library/redis:8.2.8-alpine", false)]
    [InlineData("docker.io/library/redis:8.4.5-alpine", false)]
    [InlineData("docker.io/library/redis:8.0.6-alpine", false)]
    [InlineData("docker.io/library/redis:8.2-alpine", false)]
    [InlineData("mcr.microsoft.com/dotnet/sdk:10.0.402-noble", true)]
    [InlineData("mcr.microsoft.com/dotnet/sdk:10.0.401-noble", false)]
    [InlineData("mcr.microsoft.com/dotnet/sdk:10.0-noble", false)]
    [InlineData("mcr.microsoft.com/dotnet/aspnet:10.0.13-noble-chiseled@sha256:0123", true)]
    [InlineData("mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled", false)]
    public void A_pin_is_refused_below_its_floor_and_without_a_patch_version(string image, bool isAccepted) => Assert.Equal(isAccepted, ProblemOf(image) is null);

    /// <summary>What <c>check</c> compares the runtime with: at least the one that the image brings.</summary>
    [Fact]
    public void The_runtime_that_the_check_asks_for_is_that_of_the_image()
    {
        var pin = Pinned.Match(Assert.Single(Images, image => image.StartsWith("mcr.microsoft.com/dotnet/aspnet:", StringComparison.Ordinal)));

        Assert.Contains($"<NewestRuntime>{pin.Groups["version"].Value}</NewestRuntime>", File.ReadAllText(Path.Combine(Sources.Root, "src/BffBroker/BffBroker.csproj")), StringComparison.Ordinal);
        Assert.True(RuntimeCheck.Newest >= Version.Parse(pin.Groups["version"].ValueSpan));
    }

    private static string? ProblemOf(string image)
    {
        if (Pinned.Match(image) is not { Success: true } pin)
        {
            return $"{image} is not pinned to a full version.";
        }

        var version = Version.Parse(pin.Groups["version"].Value);
        var floors = Floors.GetValueOrDefault(pin.Groups["name"].Value, []);
        var isSafe = floors.Length == 0
            || Array.Find(floors, floor => (floor.Major, floor.Minor) == (version.Major, version.Minor)) is { } floor && version >= floor
            || (version.Major, version.Minor).CompareTo((floors[^1].Major, floors[^1].Minor)) > 0;
        return isSafe ? null : $"{image} has a known vulnerability.";
    }

    [GeneratedRegex(@"^\s*(?:- )?image:\s*[""']?([^\s""'#]+)", RegexOptions.Multiline)]
    private static partial Regex Named { get; }

    [GeneratedRegex(@"^(?<name>[^:@]+):v?(?<version>\d+\.\d+\.\d+)(-[a-z][\w.-]*)?(@sha256:[0-9a-f]+)?$")]
    private static partial Regex Pinned { get; }
}
