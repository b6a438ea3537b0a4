using System.Text.Json.Nodes;
using BffBroker.Tests.Gateways;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Deploy;

/// <summary>What an application sees through a Traefik that keeps its documentation, with the overlay for it.</summary>
public sealed class KubernetesTraefikTests
{
    private const string Folder = "overlays/traefik";
    private const string Lie = "somebody else";

    [Theory]
    [InlineData("/members/x", true)]
    [InlineData("/members", true)]
    [InlineData("/api/service/x", true)]
    [InlineData("/session", false)]
    public async Task A_WebSocket_passes_where_there_may_be_one_and_no_other_upgrade_does(string path, bool isForWebSockets)
    {
        await using var world = await World.StartAsync(GatewayWorld.Trust);
        await world.LogInAsync();

        await TraefikTests.AssertOnlyWebSocketsPassAsync(TraefikReplay.Of(world, Manifests.Of(Folder)), path, isForWebSockets);
    }

    [Theory]
    [InlineData("h2c")]
    [InlineData("websocket")]
    public async Task Nothing_that_a_client_says_about_itself_and_its_way_reaches_the_application(string upgrade)
    {
        await using var world = await World.StartAsync(GatewayWorld.Trust);
        await world.LogInAsync();
        var traefik = TraefikReplay.Of(world, Manifests.Of(Folder));

        foreach (var names in GatewayHeaderTests.Lies.Chunk(50)) // the broker takes 100 headers at most
        {
            var (answer, upstream) = await traefik.SendAsync(
                "GET", "/members/x", [.. TraefikTests.UpgradeTo([upgrade]), .. names.Select(name => (name, Lie))]);

            Assert.Null(answer);
            Assert.DoesNotContain(upstream, header => header.Value == Lie);
            Assert.Single(upstream, header => header.Name == "X-Auth-Request-User");
            Assert.DoesNotContain(upstream, header => header.Name == "Cookie");
        }
    }

    /// <summary>The addresses differ, and nothing else.</summary>
    [Fact]
    public void A_middleware_does_what_the_one_of_the_same_name_does_in_the_file_for_Traefik_alone()
    {
        var file = Yaml.Documents(ShippedFile.Read("traefik/bffbroker.yml").Text).Single().At("http", "middlewares");
        var middlewares = Manifests.Of(Folder).OfKind("Middleware").ToList();

        Assert.Equal(file.Keys().Order(), middlewares.Select(middleware => middleware.Text("metadata", "name")).Order());
        Assert.All(middlewares, middleware => Assert.Equal(
            WithoutAddress(file.At(middleware.Text("metadata", "name"))), WithoutAddress(middleware.At("spec")), JsonNode.DeepEquals));
    }

    [Fact]
    public void A_router_for_WebSockets_has_the_host_the_secret_and_the_service_of_the_Ingress_beside_it()
    {
        var manifests = Manifests.Of(Folder);
        var routes = manifests.OfKind("IngressRoute").ToList();

        Assert.Equal(["bffbroker-websocket", "members-websocket"], routes.Select(route => route.Text("metadata", "name")).Order());
        Assert.All(routes, route =>
        {
            var ingress = manifests.One("Ingress", route.Text("metadata", "name").Split('-')[0]);
            var (router, rule) = (Assert.Single(route.Items("spec", "routes")), Assert.Single(ingress.Items("spec", "rules")));
            var backends = rule.Items("http", "paths").Select(path => path.At("backend", "service"));

            Assert.StartsWith($"Host(`{rule.Text("host")}`) && ", router.Text("match"), StringComparison.Ordinal);
            Assert.Equal(ingress.Items("spec", "tls").Single().Text("secretName"), route.Text("spec", "tls", "secretName"));
            Assert.Equal(["websecure"], route.Texts("spec", "entryPoints"));
            var service = Assert.Single(router.Items("services"));
            Assert.All(backends, backend =>
                Assert.Equal((backend.Text("name"), PortOf(backend)), (service.Text("name"), service.Text("port"))));
        });
    }

    private static string PortOf(JsonNode backend) => (backend.Find("port", "name") ?? backend.At("port", "number")).GetValue<string>();

    private static JsonNode WithoutAddress(JsonNode middleware)
    {
        var copy = middleware.DeepClone();
        (copy.Find("forwardAuth") as JsonObject)?.Remove("address");
        return copy;
    }
}
