using System.Text.RegularExpressions;
using BffBroker.Tests.Rules;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace BffBroker.Tests.Deploy;

/// <summary>What <c>docker compose config</c> makes of the shipped files: variables resolved, later files laid over the first.</summary>
internal sealed partial class ComposeFile
{
    private ComposeFile(Dictionary<object, object?> root) => Root = root;

    public Dictionary<object, object?> Root { get; }

    public IReadOnlyDictionary<string, ComposeService> Services => Map(Root["services"]).ToDictionary(
        service => (string)service.Key, service => new ComposeService((string)service.Key, Map(service.Value)));

    public IEnumerable<string> Networks => Map(Root["networks"]).Keys.Cast<string>();

    public IEnumerable<string> Volumes => Map(Root["volumes"]).Keys.Cast<string>();

    public static ComposeFile Simulated(params (string Name, string Value)[] variables) => Read(variables, "docker-compose.yml");

    public static ComposeFile Amazon(params (string Name, string Value)[] variables) => Read(variables, "docker-compose.yml", "deploy/compose.amazon.yml");

    public static Dictionary<object, object?> Map(object? node) => node as Dictionary<object, object?> ?? [];

    public static IEnumerable<string> List(object? node) => ((IEnumerable<object>?)node ?? []).Select(item => (string)item);

    private static ComposeFile Read((string Name, string Value)[] variables, params string[] files)
    {
        var known = variables.ToDictionary(variable => variable.Name, variable => variable.Value);
        var root = files.Select(file => Map(Resolve(Parse(File.ReadAllText(Path.Combine(Sources.Root, file))), known))).Aggregate(Merge);
        return new(root);
    }

    private static object? Parse(string text) => new DeserializerBuilder().Build().Deserialize<object?>(new MergingParser(new Parser(new StringReader(text))));

    private static object? Resolve(object? node, Dictionary<string, string> variables) => node switch
    {
        Dictionary<object, object?> map => map.ToDictionary(pair => pair.Key, pair => Resolve(pair.Value, variables)),
        List<object> list => list.ConvertAll(item => Resolve(item, variables)!),
        string text => Variable.Replace(text, match => Resolve(match, variables)),
        _ => node,
    };

    private static string Resolve(Match match, Dictionary<string, string> variables)
    {
        var (name, otherwise) = (match.Groups["name"].Value, match.Groups["otherwise"]);
        return match.Value == "$$" ? "$"
            : variables.GetValueOrDefault(name) is { Length: > 0 } value ? value
            : match.Groups["operator"].Value == ":-" ? otherwise.Value
            : throw new InvalidDataException($"{name}: {otherwise.Value}");
    }

    private static Dictionary<object, object?> Merge(Dictionary<object, object?> below, Dictionary<object, object?> above)
    {
        var merged = new Dictionary<object, object?>(below);
        foreach (var (key, value) in above)
        {
            merged[key] = (merged.GetValueOrDefault(key), value) switch
            {
                (Dictionary<object, object?> old, Dictionary<object, object?> own) => Merge(old, own),
                (List<object> old, List<object> own) => (List<object>)[.. old, .. own],
                _ => value,
            };
        }

        return merged;
    }

    [GeneratedRegex(@"\$(\$|\{(?<name>\w+)((?<operator>:-|:\?)(?<otherwise>[^}]*))?\})")]
    private static partial Regex Variable { get; }
}
