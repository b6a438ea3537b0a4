using YamlDotNet.RepresentationModel;

namespace BffBroker.Tests.Support;

/// <summary>YAML as it stands in a file: every scalar is a text.</summary>
internal static class Yaml
{
    public static IReadOnlyList<YamlNode> Documents(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => document.RootNode)];
    }

    extension(YamlNode node)
    {
        /// <summary>Null where it is not there.</summary>
        public YamlNode? Find(params string[] path) =>
            path.Aggregate((YamlNode?)node, (at, key) => at is YamlMappingNode map && map.Children.TryGetValue(key, out var child) ? child : null);

        public YamlNode At(params string[] path) => node.Find(path) ?? throw new KeyNotFoundException($"There is no {string.Join('.', path)}.");

        public string Text(params string[] path) => Assert.IsType<YamlScalarNode>(node.At(path)).Value!;

        public int Number(params string[] path) => int.Parse(node.Text(path), System.Globalization.CultureInfo.InvariantCulture);

        /// <summary>None where it is not there.</summary>
        public IEnumerable<YamlNode> Items(params string[] path) => node.Find(path) is YamlSequenceNode list ? list.Children : [];

        /// <summary>None where it is not there.</summary>
        public Dictionary<string, string> Texts(params string[] path) =>
            node.Find(path) is YamlMappingNode map ? map.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => ((YamlScalarNode)pair.Value).Value!) : [];
    }
}
