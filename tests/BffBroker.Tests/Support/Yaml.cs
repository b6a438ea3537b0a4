using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace BffBroker.Tests.Support;

/// <summary>YAML as it stands in a file: every scalar is a text, and what <c>&lt;&lt;</c> takes in is there. What it is asked, JSON can be asked too.</summary>
internal static class Yaml
{
    public static JsonNode Read(string file) => Documents(File.ReadAllText(Path.Combine(Sources.Root, file))).Single();

    public static IReadOnlyList<JsonNode> Documents(string text)
    {
        var (documents, deserializer, parser) = (new List<JsonNode>(), new DeserializerBuilder().Build(), new MergingParser(new Parser(new StringReader(text))));
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
        {
            documents.Add(NodeOf(deserializer.Deserialize<object?>(parser))!);
        }

        return documents;
    }

    extension(JsonNode node)
    {
        /// <summary>Null where it is not there.</summary>
        public JsonNode? Find(params string[] path) => path.Aggregate((JsonNode?)node, (at, key) => (at as JsonObject)?[key]);

        public JsonNode At(params string[] path) => node.Find(path) ?? throw new KeyNotFoundException($"There is no {string.Join('.', path)}.");

        public string Text(params string[] path) => node.At(path).GetValue<string>();

        public int Number(params string[] path) => int.Parse(node.Text(path), CultureInfo.InvariantCulture);

        /// <summary>None where it is not there.</summary>
        public IEnumerable<JsonNode> Items(params string[] path) => (node.Find(path) as JsonArray)?.OfType<JsonNode>() ?? [];

        /// <inheritdoc cref="Items"/>
        public IEnumerable<string> Texts(params string[] path) => node.Items(path).Select(item => item.Text());

        /// <inheritdoc cref="Items"/>
        public IEnumerable<string> Keys(params string[] path) => (node.Find(path) as JsonObject)?.Select(pair => pair.Key) ?? [];

        /// <inheritdoc cref="Items"/>
        public Dictionary<string, string> Map(params string[] path) => node.Keys(path).ToDictionary(key => key, key => node.Text([.. path, key]));
    }

    private static JsonNode? NodeOf(object? value) => value switch
    {
        null => null,
        Dictionary<object, object?> map => new JsonObject(map.Select(pair => KeyValuePair.Create((string)pair.Key, NodeOf(pair.Value)))),
        List<object?> list => new JsonArray([.. list.Select(NodeOf)]),
        _ => JsonValue.Create((string)value),
    };
}
