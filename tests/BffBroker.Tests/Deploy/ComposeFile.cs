using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Deploy;

/// <summary>What <c>docker compose config</c> makes of the shipped files: variables resolved, later files laid over the first.</summary>
internal sealed partial class ComposeFile
{
    /// <summary>The variables that the real Amazon needs.</summary>
    public static readonly (string Name, string Value)[] RealAmazon =
        [("AMAZON_CLIENT_ID", "amzn1.application-oa2-client.own"), ("AMAZON_CLIENT_SECRET", "own-secret"), ("PUBLIC_URL", "https://app.example.com")];

    private ComposeFile(JsonObject root) => Root = root;

    public JsonObject Root { get; }

    public IReadOnlyDictionary<string, ComposeService> Services => Root.Keys("services").ToDictionary(name => name, name => new ComposeService(name, Root.At("services", name)));

    public IEnumerable<string> Networks => Root.Keys("networks");

    public IEnumerable<string> Volumes => Root.Keys("volumes");

    public static ComposeFile Of(ComposeKind kind) => kind switch
    {
        ComposeKind.Simulated => Simulated(),
        ComposeKind.Amazon => Amazon(RealAmazon),
        _ => Read([], "docker-compose.yml", "deploy/observability/compose.yml"),
    };

    public static ComposeFile Simulated(params (string Name, string Value)[] variables) => Read(variables, "docker-compose.yml");

    public static ComposeFile Amazon(params (string Name, string Value)[] variables) => Read(variables, "docker-compose.yml", "deploy/compose.amazon.yml");

    private static ComposeFile Read((string Name, string Value)[] variables, params string[] files)
    {
        var known = variables.ToDictionary(variable => variable.Name, variable => variable.Value);
        return new(files.Select(file => Resolve(Yaml.Read(file), known)!.AsObject()).Aggregate(Merge));
    }

    private static JsonNode? Resolve(JsonNode? node, Dictionary<string, string> variables) => node switch
    {
        null => null,
        JsonObject map => new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, Resolve(pair.Value, variables)))),
        JsonArray list => new JsonArray([.. list.Select(item => Resolve(item, variables))]),
        _ => Variable.Replace(node.Text(), match => Resolve(match, variables)),
    };

    private static string Resolve(Match match, Dictionary<string, string> variables)
    {
        var (name, otherwise) = (match.Groups["name"].Value, match.Groups["otherwise"]);
        return match.Value == "$$" ? "$"
            : variables.GetValueOrDefault(name) is { Length: > 0 } value ? value
            : match.Groups["operator"].Value == ":-" ? otherwise.Value
            : throw new InvalidDataException($"{name}: {otherwise.Value}");
    }

    private static JsonObject Merge(JsonObject below, JsonObject above)
    {
        var merged = below.DeepClone().AsObject();
        foreach (var (key, value) in above)
        {
            merged[key] = (merged[key], value) switch
            {
                (JsonObject old, JsonObject own) => Merge(old, own),
                (JsonArray old, JsonArray own) => new JsonArray([.. old.Concat(own).Select(item => item?.DeepClone())]),
                _ => value?.DeepClone(),
            };
        }

        return merged;
    }

    [GeneratedRegex(@"\$(\$|\{(?<name>\w+)((?<operator>:-|:\?)(?<otherwise>[^}]*))?\})")]
    private static partial Regex Variable { get; }
}
