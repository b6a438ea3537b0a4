using System.Text.Json.Nodes;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Deploy;

/// <summary>What fits together in <c>deploy/kubernetes</c>, and what nobody may take out. Kubernetes itself is not asked.</summary>
public sealed class KubernetesTests
{
    private const int LongestStop = 20; // seconds that a broker takes for what is under way

    public static TheoryData<string> Folders => ["base", "overlays/example", "overlays/traefik"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Every_probe_asks_the_management_listener(string folder)
    {
        var manifests = Manifests.Of(folder);
        var management = new Uri(manifests.Environment["Management__Url"].Replace("*", "any", StringComparison.Ordinal)).Port;
        (string Name, string Path)[] probes = [("startupProbe", "/health/live"), ("livenessProbe", "/health/live"), ("readinessProbe", "/health/ready")];

        Assert.All(probes, probe =>
        {
            var question = manifests.Container.At(probe.Name, "httpGet");
            Assert.Equal(management, manifests.PortNamed(question.Text("port")));
            Assert.Equal(probe.Path, question.Text("path"));
        });
        Assert.InRange(manifests.Container.Number("readinessProbe", "timeoutSeconds"), 5, 30); // two checks of 2 s each
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Only_the_public_port_is_reached_from_elsewhere(string folder)
    {
        var manifests = Manifests.Of(folder);
        var port = Assert.Single(manifests.One("Service").Items("spec", "ports"));
        var open = manifests.OfKind("NetworkPolicy").SelectMany(policy => policy.Items("spec", "ingress")).ToList();
        var backends = manifests.OfKind("Ingress").SelectMany(BackendsOf).Where(backend => backend.Text("service", "name") == Manifests.Broker).ToList();

        Assert.Equal(manifests.Environment["ASPNETCORE_HTTP_PORTS"], $"{manifests.PortNamed(port.Text("targetPort"))}");
        Assert.NotEqual(manifests.PortNamed("management"), manifests.PortNamed(port.Text("targetPort")));
        Assert.NotEmpty(backends);
        Assert.All(backends, backend => Assert.Equal(port.Text("name"), backend.Text("service", "port", "name")));
        Assert.Equal(["8080"], open.SelectMany(rule => rule.Items("ports")).Select(allowed => allowed.Text("port")));
        Assert.All(open, rule => Assert.NotEmpty(rule.Items("from")));
        Assert.Null(manifests.One("Service").Find("spec", "type"));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Every_selector_selects_the_pods(string folder)
    {
        var manifests = Manifests.Of(folder);
        var pods = manifests.Deployment.Map("spec", "template", "metadata", "labels");
        Dictionary<string, string>[] selectors =
        [
            manifests.Deployment.Map("spec", "selector", "matchLabels"),
            manifests.One("Service").Map("spec", "selector"),
            manifests.One("PodDisruptionBudget").Map("spec", "selector", "matchLabels"),
            .. manifests.OfKind("NetworkPolicy").Select(policy => policy.Map("spec", "podSelector", "matchLabels")),
            .. manifests.Pod.Items("topologySpreadConstraints").Select(constraint => constraint.Map("labelSelector", "matchLabels")),
        ];

        Assert.True(selectors.Length >= 6);
        Assert.All(selectors, selector =>
        {
            Assert.NotEmpty(selector);
            Assert.Empty(selector.Except(pods));
        });
        var target = manifests.One("HorizontalPodAutoscaler").Map("spec", "scaleTargetRef");
        Assert.Equal(["apps/v1", "Deployment", Manifests.Broker], [target["apiVersion"], target["kind"], target["name"]]);
        Assert.Single(manifests.All.Where(manifest => manifest.Text("kind") != "Namespace").Select(manifest => manifest.Text("metadata", "namespace")).Distinct());
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_rollout_or_a_drain_leaves_a_broker_and_lets_each_finish(string folder)
    {
        var manifests = Manifests.Of(folder);
        var (deployment, scaling) = (manifests.Deployment, manifests.One("HorizontalPodAutoscaler"));

        Assert.True(manifests.Pod.Number("terminationGracePeriodSeconds") > manifests.Container.Number("lifecycle", "preStop", "sleep", "seconds") + LongestStop);
        Assert.Equal(0, deployment.Number("spec", "strategy", "rollingUpdate", "maxUnavailable"));
        Assert.InRange(manifests.One("PodDisruptionBudget").Number("spec", "minAvailable"), 1, scaling.Number("spec", "minReplicas") - 1);
        Assert.Equal(folder == "base" ? "2" : null, deployment.Find("spec", "replicas")?.ToString()); // an overlay leaves the number to the autoscaler
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void The_pod_has_no_right_that_it_does_not_need(string folder)
    {
        var manifests = Manifests.Of(folder);
        var (pod, container) = (manifests.Pod, manifests.Container);

        Assert.Equal("true", pod.Text("securityContext", "runAsNonRoot"));
        Assert.Equal("1654", pod.Text("securityContext", "runAsUser"));
        Assert.Equal("RuntimeDefault", pod.Text("securityContext", "seccompProfile", "type"));
        Assert.Equal("false", pod.Text("automountServiceAccountToken"));
        Assert.Equal("true", container.Text("securityContext", "readOnlyRootFilesystem"));
        Assert.Equal("false", container.Text("securityContext", "allowPrivilegeEscalation"));
        Assert.Equal(["ALL"], container.Texts("securityContext", "capabilities", "drop"));
        Assert.All(container.Items("volumeMounts"), mount => Assert.Equal("true", mount.Text("readOnly")));
        Assert.All(container.Items("volumeMounts"), mount => Assert.Null(mount.Find("subPath"))); // would never follow a change
        Assert.NotNull(container.Find("resources", "limits", "memory"));
        Assert.Matches(":(?!latest$)[^:/]+$", container.Text("image"));
    }

    private static IEnumerable<JsonNode> BackendsOf(JsonNode ingress) =>
        ingress.Items("spec", "rules").SelectMany(rule => rule.Items("http", "paths")).Select(path => path.At("backend"));
}
