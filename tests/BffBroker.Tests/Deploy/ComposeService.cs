using System.Globalization;

namespace BffBroker.Tests.Deploy;

/// <summary>One service of a <see cref="ComposeFile"/>.</summary>
internal sealed record ComposeService(string Name, Dictionary<object, object?> Node)
{
    public string Image => (string)Node["image"]!;

    public string? Target => ComposeFile.Map(Node.GetValueOrDefault("build")).GetValueOrDefault("target") as string;

    public string Command => string.Join(' ', ComposeFile.List(Node.GetValueOrDefault("command")));

    public string Restart => (string)Node["restart"]!;

    public bool IsOneShot => Restart != "unless-stopped";

    public Dictionary<string, string> Environment =>
        ComposeFile.Map(Node.GetValueOrDefault("environment")).ToDictionary(variable => (string)variable.Key, variable => (string)variable.Value!);

    /// <summary>Source and place of each.</summary>
    public IEnumerable<(string Source, string Target)> Volumes =>
        ComposeFile.List(Node.GetValueOrDefault("volumes")).Select(volume => volume.Split(':')).Select(parts => (parts[0], parts[1]));

    public IEnumerable<string> Ports => ComposeFile.List(Node.GetValueOrDefault("ports"));

    public IEnumerable<string> Networks => ComposeFile.List(Node.GetValueOrDefault("networks"));

    public Dictionary<string, string> DependsOn => ComposeFile.Map(Node.GetValueOrDefault("depends_on"))
        .ToDictionary(service => (string)service.Key, service => (string)ComposeFile.Map(service.Value)["condition"]!);

    public int Replicas => int.Parse(
        ComposeFile.Map(Node.GetValueOrDefault("deploy")).GetValueOrDefault("replicas") as string ?? "1", CultureInfo.InvariantCulture);

    public IEnumerable<string> TextsOf(string key) => ComposeFile.List(Node.GetValueOrDefault(key));

    /// <summary>Its own, or its image's.</summary>
    public bool HasHealthCheck => Node.ContainsKey("healthcheck") || (Target is not null && Dockerfile.Shipped.StageNamed(Target).Has("HEALTHCHECK"));
}
