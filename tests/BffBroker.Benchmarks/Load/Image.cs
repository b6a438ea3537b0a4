using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using BffBroker.Tests.Support;

namespace BffBroker.Benchmarks.Load;

/// <summary>How the broker's image runs it: what the Dockerfile says is what is measured.</summary>
internal static partial class Image
{
    /// <summary>Of the runtime stage; diagnostics stay off as there.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = Variable.Matches(Stage("runtime")).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    /// <summary>Publishes the broker into <paramref name="folder"/> as the image's build does, and gives its assembly.</summary>
    public static async Task<string> PublishAsync(string folder)
    {
        var settings = Setting.Matches(Stage("restore")).Select(match => match.Value);
        var architecture = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
        await Commands.RunAsync(
            "dotnet", ["publish", Path.Combine(Sources.Root, "src", "BffBroker"), "-c", "Release", "-a", architecture, "--no-self-contained", "-o", folder, "--artifacts-path", Path.Combine(folder, "artifacts"), .. settings]);
        return Path.Combine(folder, "BffBroker.dll");
    }

    private static string Stage(string name) => File.ReadAllText(Path.Combine(Sources.Root, "Dockerfile")).Split("\nFROM ").Single(stage => stage.Split('\n')[0].EndsWith($" AS {name}", StringComparison.Ordinal));

    [GeneratedRegex("(?:^ENV|^   ) ([A-Z_a-z]+)=\"?([^\" \\\\\n]+(?: [^\"\\\\\n]+)?)\"?", RegexOptions.Multiline)]
    private static partial Regex Variable { get; }

    [GeneratedRegex(@"-p:\w+=\w+")]
    private static partial Regex Setting { get; }
}
