using System.Reflection;

namespace BffBroker.Management.Doctor;

/// <summary>Whether the .NET runtime has the fixes that were known when the broker was built. The image brings its own; elsewhere the machine's runtime is used.</summary>
internal static class RuntimeCheck
{
    /// <summary>The newest patch release of .NET that the build knew, from the project file or from the SDK.</summary>
    public static Version Newest { get; } = Version.Parse(
        typeof(RuntimeCheck).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "NewestRuntime").Value!.Split('-')[0]);

    public static Finding Run() => Judge(Environment.Version, Newest);

    public static Finding Judge(Version running, Version newest) => running >= newest
        ? Finding.Ok($"Runtime: .NET {running}.")
        : Finding.Warning(
            $"Runtime: .NET {running} is older than {newest}, which was the newest when this broker was built. It lacks fixes, of security holes as well.",
            "Install the newest patch release of .NET, or use the image.");
}
