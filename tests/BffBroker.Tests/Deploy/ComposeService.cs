using System.Globalization;
using System.Text.Json.Nodes;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Deploy;

/// <summary>One service of a <see cref="ComposeFile"/>.</summary>
internal sealed record ComposeService(string Name, JsonNode Node)
{
    public string Image => Node.Text("image");

    public string? Target => Node.Find("build", "target")?.Text();

    public string Command => string.Join(' ', Node.Texts("command"));

    public bool IsOneShot => Node.Text("restart") != "unless-stopped";

    public Dictionary<string, string> Environment => Node.Map("environment");

    /// <summary>Source and place of each.</summary>
    public IEnumerable<(string Source, string Target)> Volumes => Node.Texts("volumes").Select(volume => volume.Split(':')).Select(parts => (parts[0], parts[1]));

    public IEnumerable<string> Ports => Node.Texts("ports");

    public IEnumerable<string> Networks => Node.Texts("networks");

    /// <summary>Each with what it is waited for.</summary>
    public IEnumerable<(string Service, string Condition)> DependsOn =>
        [.. Node.Keys("depends_on").Select(name => (name, Node.Text("depends_on", name, "condition"))), .. Node.Texts("depends_on").Select(name => (name, "service_started"))];

    public int Replicas => int.Parse(Node.Find("deploy", "replicas")?.Text() ?? "1", CultureInfo.InvariantCulture);

    /// <summary>Its own, or its image's.</summary>
    public bool HasHealthCheck => Node.Find("healthcheck") is not null || (Target is not null && Dockerfile.Shipped.StageNamed(Target).Has("HEALTHCHECK"));
}
