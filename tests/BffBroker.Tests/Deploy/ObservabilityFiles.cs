using System.Text.Json.Nodes;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Deploy;

/// <summary>What <c>deploy/observability</c> ships.</summary>
internal static class ObservabilityFiles
{
    public static IReadOnlyList<JsonNode> Alerts { get; } = [.. Read("alerts.yml").Items("groups").SelectMany(group => group.Items("rules"))];

    /// <summary>Rows, and the panels below them.</summary>
    public static IReadOnlyList<JsonNode> Panels { get; } = [.. Dashboard.Items("panels")];

    public static JsonNode Dashboard => JsonNode.Parse(File.ReadAllText(PathOf("grafana/bffbroker.json")))!;

    /// <summary>As Grafana would send them.</summary>
    public static IReadOnlyList<string> Queries { get; } =
    [
        .. Panels.SelectMany(panel => panel.Items("targets")).Concat(Dashboard.Items("annotations", "list"))
            .Select(target => target.Find("expr")?.Text()).OfType<string>().Select(query => query.Replace("$__rate_interval", "5m", StringComparison.Ordinal)),
    ];

    public static string PathOf(string file) => Path.Combine(Sources.Root, "deploy/observability", file);

    public static JsonNode Read(string file) => Yaml.Read(PathOf(file));
}
