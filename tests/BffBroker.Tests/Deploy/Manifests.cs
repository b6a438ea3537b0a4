using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Deploy;

/// <summary>What <c>kubectl kustomize</c> makes of a folder of <c>deploy/kubernetes</c>.</summary>
internal sealed class Manifests
{
    public const string Broker = "bffbroker";

    private static readonly ConcurrentDictionary<string, Lazy<Manifests>> Rendered = new();

    private Manifests(string text) => (Text, All) = (text, Yaml.Documents(text));

    public static string Root { get; } = Path.Combine(Sources.Root, "deploy", "kubernetes");

    public string Text { get; }

    public IReadOnlyList<JsonNode> All { get; }

    /// <param name="folder">Below <c>deploy/kubernetes</c>, or a whole path.</param>
    public static Manifests Of(string folder) =>
        Rendered.GetOrAdd(folder, static folder => new(() => Render(Path.Combine(Root, folder)))).Value;

    public IEnumerable<JsonNode> OfKind(string kind) => All.Where(manifest => manifest.Text("kind") == kind);

    public JsonNode One(string kind, string name = Broker) => Assert.Single(OfKind(kind), manifest => manifest.Text("metadata", "name") == name);

    public JsonNode Deployment => One("Deployment");

    public JsonNode Pod => Deployment.At("spec", "template", "spec");

    public JsonNode Container => Assert.Single(Pod.Items("containers"));

    /// <summary>The environment of the container, as written there and as the ConfigMap says.</summary>
    public Dictionary<string, string> Environment => Container.Items("envFrom").SelectMany(source => One("ConfigMap", source.Text("configMapRef", "name")).Map("data"))
        .Concat(Container.Items("env").Select(variable => KeyValuePair.Create(variable.Text("name"), variable.Text("value"))))
        .ToDictionary();

    /// <summary>Where the files of a Secret are for the container.</summary>
    public Dictionary<string, string> SecretFolders => Pod.Items("volumes").ToDictionary(
        volume => volume.Text("secret", "secretName"),
        volume => Assert.Single(Container.Items("volumeMounts"), mount => mount.Text("name") == volume.Text("name")).Text("mountPath"));

    public int PortNamed(string name) => Assert.Single(Container.Items("ports"), port => port.Text("name") == name).Number("containerPort");

    private static Manifests Render(string folder)
    {
        var kubectl = Programs.Require("kubectl", "to render deploy/kubernetes", "kubernetes-client");
        using var process = Process.Start(new ProcessStartInfo(kubectl, ["kustomize", folder]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return new(output);
    }
}
