using System.Text.Json.Nodes;
using BffBroker.Tests.Rules;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace BffBroker.Tests.Deploy;

/// <summary>What <c>deploy/observability</c> ships. Every scalar of YAML is a text.</summary>
internal static class ObservabilityFiles
{
    public static IReadOnlyList<JsonNode> Alerts { get; } = [.. Yaml("alerts.yml").At("groups").AsArray().SelectMany(group => group!.At("rules").AsArray()).Select(rule => rule!)];

    /// <summary>Rows, and the panels below them.</summary>
    public static IReadOnlyList<JsonNode> Panels { get; } = [.. Dashboard.At("panels").AsArray().Select(panel => panel!)];

    public static JsonNode Dashboard => JsonNode.Parse(File.ReadAllText(PathOf("grafana/bffbroker.json")))!;

    /// <summary>As Grafana would send them.</summary>
    public static IReadOnlyList<string> Queries { get; } =
    [
        .. Panels.SelectMany(panel => panel["targets"]?.AsArray() ?? []).Concat(Dashboard.At("annotations", "list").AsArray())
            .Select(target => target!["expr"]?.Text).OfType<string>().Select(query => query.Replace("$__rate_interval", "5m", StringComparison.Ordinal)),
    ];

    public static string PathOf(string file) => Path.Combine(Sources.Root, "deploy/observability", file);

    public static JsonNode Yaml(string file)
    {
        var content = new DeserializerBuilder().Build().Deserialize<object>(new MergingParser(new Parser(new StringReader(File.ReadAllText(PathOf(file))))));
        return JsonNode.Parse(new SerializerBuilder().DisableAliases().JsonCompatible().Build().Serialize(content))!;
    }

    extension(JsonNode node)
    {
        public string Text => node.GetValue<string>();

        public IEnumerable<string> Texts => node.AsArray().Select(item => item!.Text);

        public JsonNode At(params string[] path) => path.Aggregate(node, (at, key) => at[key] ?? throw new KeyNotFoundException($"There is no {string.Join('.', path)}."));
    }
}
