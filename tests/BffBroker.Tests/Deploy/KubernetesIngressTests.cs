using System.Net;
using System.Text.Json.Nodes;
using AmazonSimulator;
using BffBroker.Endpoints;
using BffBroker.Tests.Gateways;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Deploy;

/// <summary>What a browser and an application see through the Ingresses of <c>deploy/kubernetes</c>.</summary>
public sealed class KubernetesIngressTests : IAsyncLifetime
{
    private const string Lie = "somebody else";
    private const string Page = "/members/report";

    // What the controller's template makes of these it makes of every request: X-Original-Forwarded-For is the client's X-Forwarded-For.
    private static readonly string[] OfTheTemplate = ["X-Forwarded-For"];

    private World _world = null!;
    private UpstreamServer _application = null!;
    private RunningGateway? _nginx;

    public async ValueTask InitializeAsync()
    {
        (_world, _application) = (await World.StartAsync(GatewayWorld.Trust), await UpstreamServer.StartAsync());
        _application.Answer = http =>
            http.WebSockets.IsWebSocketRequest ? WebSockets.EchoAsync(http) : ProtectedService.AcceptH2cAsync(http);
        _nginx = await StartAsync([.. Local(Manifests.Of("base"))]);
        _world.Browser.Route(BrokerServer.Authority, _nginx.Url);
    }

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null)
        {
            await _nginx.DisposeAsync();
        }

        await _application.DisposeAsync();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_page_that_needs_a_login_is_there_after_it()
    {
        var visit = await _world.Browser.VisitAsync(World.At(Page + "?tab=2"));

        Assert.Contains(visit.Hops, hop => hop.AbsolutePath == "/login");
        Assert.Equal(World.At(Page + "?tab=2"), visit.Url);
        Assert.Equal(ProtectedService.Content, await visit.Response.TextAsync());
        await _world.AssertLoggedInAsync();
    }

    [Fact]
    public async Task A_failed_login_ends_with_a_page_and_not_at_Amazon_again()
    {
        _world.Amazon.Simulator.Faults.Set(Operation.CodeExchange, Fault.OAuthError(400, "invalid_grant", "x"));

        var visit = await _world.Browser.VisitAsync(World.At(Page));

        Assert.Equal(HttpStatusCode.Unauthorized, visit.Response.StatusCode);
        Assert.Contains($"/login?returnUrl={Uri.EscapeDataString(World.At(Page).ToString())}\"", await visit.Response.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(1, _world.Amazon.Simulator.Calls.Count(Operation.Authorize));
        Assert.Empty(_application.Requests);
    }

    [Fact]
    public async Task The_application_is_told_who_the_user_is_by_nobody_but_the_broker_and_gets_no_cookie()
    {
        await _world.LogInAsync();

        foreach (var names in GatewayHeaderTests.Lies.Except(OfTheTemplate).Chunk(30)) // the broker takes 100 headers at most
        {
            var lies = names.SelectMany(name => new[] { (name, Lie), (name.Replace('-', '_'), Lie), (name.ToLowerInvariant(), Lie) });

            using var answer = await _world.Browser.SendAsync(HttpMethod.Get, World.At(Page), headers: [.. GatewayWorld.Fetch, .. lies]);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.DoesNotContain(_application.Last.Headers, header => header.Value.ToString().Contains(Lie, StringComparison.Ordinal));
            Assert.Equal("ada@example.com", _application.Last.Header(IdentityHeaders.Email));
            Assert.NotNull(_application.Last.Header(IdentityHeaders.User));
            Assert.NotNull(_application.Last.Header(IdentityHeaders.Name));
            Assert.Null(_application.Last.Header("Cookie"));
        }
    }

    /// <summary>An application that keeps RFC 9110 7.8 takes no Upgrade that Connection does not name.</summary>
    [Fact]
    public async Task As_shipped_an_application_hears_of_no_upgrade()
    {
        await _world.LogInAsync();

        foreach (var values in SeveralValues.Of("websocket", "h2c").Concat([["h2c"], ["websocket"]]))
        {
            Assert.Equal(200, (await UpgradeAsync(_nginx!, values)).Status);
            Assert.Equal("keep-alive", _application.Last.Header("Connection"));
        }
    }

    [Fact]
    public async Task With_the_settings_for_the_controller_a_WebSocket_passes_and_no_other_upgrade_does()
    {
        await _world.LogInAsync();
        var ingresses = Local(Manifests.Of("base")).ToList();
        ingresses.ForEach(ingress =>
            ingress.At("metadata", "annotations").AsObject().Remove("nginx.ingress.kubernetes.io/connection-proxy-header"));
        await using var nginx = await StartAsync(ingresses, Yaml.Read("deploy/kubernetes/ingress-nginx.yml"));

        foreach (var values in SeveralValues.Of("websocket", "h2c", "TLS/1.0").Concat([["h2c"], ["SPDY/3.1"]]))
        {
            var answer = await UpgradeAsync(nginx, values);

            // This nginx reads and passes on the first of several.
            Assert.Equal((string.Join(" | ", values), values[0] == "websocket" ? 101 : 400), (string.Join(" | ", values), answer.Status));
            Assert.All(_application.Requests, request => Assert.Equal("websocket", request.Header("Upgrade")));
        }

        Assert.Equal(101, (await UpgradeAsync(nginx, ["WebSocket"])).Status);
        Assert.Equal(200, (await UpgradeAsync(nginx, [])).Status);
    }

    /// <summary>By the broker's own table of routes.</summary>
    [Theory]
    [MemberData(nameof(KubernetesTests.Folders), MemberType = typeof(KubernetesTests))]
    public void The_broker_s_endpoints_for_browsers_are_open_and_those_for_gateways_are_not(string folder)
    {
        var open = Manifests.Of(folder).One("Ingress").Items("spec", "rules").SelectMany(rule => rule.Items("http", "paths"))
            .Select(path => (Path: path.Text("path"), IsPrefix: path.Text("pathType") == "Prefix")).ToList();
        bool IsOpen(string path) => open.Any(own => path == own.Path || (own.IsPrefix && path.StartsWith(own.Path + "/", StringComparison.Ordinal)));

        var endpoints = _world.Broker.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.Trim('/')).Distinct().Order().ToList();

        Assert.Contains("/auth/nginx", endpoints);
        Documents.AssertHasJust(
            "deploy/kubernetes/base/ingress.yml", endpoints.Where(endpoint => !endpoint.StartsWith("/auth/", StringComparison.Ordinal)), endpoints.Where(IsOpen));
        Assert.All(open, own => Assert.True(own.Path == "/api" || endpoints.Contains(own.Path), own.Path));
    }

    [Theory]
    [MemberData(nameof(KubernetesTests.Folders), MemberType = typeof(KubernetesTests))]
    public void A_gateway_asks_the_broker_at_its_own_address_and_sends_browsers_to_the_public_one(string folder)
    {
        var manifests = Manifests.Of(folder);
        var service = manifests.One("Service");
        var address = $"http://bffbroker.{service.Text("metadata", "namespace")}.svc.cluster.local:{service.Items("spec", "ports").Single().Text("port")}/auth/";
        var annotations = manifests.One("Ingress", "members").Map("metadata", "annotations");
        var publicUrl = manifests.Environment["Broker__PublicUrl"];

        Assert.All(manifests.OfKind("Ingress").SelectMany(ingress => ingress.Items("spec", "rules")), rule => Assert.Equal(new Uri(publicUrl).Host, rule.Text("host")));
        if (folder == "overlays/traefik")
        {
            var chain = annotations["traefik.ingress.kubernetes.io/router.middlewares"].Split(',');
            Assert.Equal(
                ["no-upgrade", "nothing-of-the-client", "needs-login", "nothing-of-the-broker"],
                chain.Select(name => name.Split('@')[0][(service.Text("metadata", "namespace").Length + 1)..]));
            Assert.Equal(address + "forward", manifests.One("Middleware", "needs-login").Text("spec", "forwardAuth", "address"));
            Assert.Equal("", manifests.One("Middleware", "nothing-of-the-broker").Text("spec", "headers", "customRequestHeaders", "Cookie"));
            Assert.Contains(
                manifests.One("Middleware", "needs-login").Text("spec", "forwardAuth", "authResponseHeadersRegex"), ShippedFile.Read("traefik/bffbroker.yml").Text, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(address + "nginx", annotations["nginx.ingress.kubernetes.io/auth-url"]);
        Assert.StartsWith(publicUrl + "/login?", annotations["nginx.ingress.kubernetes.io/auth-signin"], StringComparison.Ordinal);
    }

    private Task<RunningGateway> StartAsync(IReadOnlyList<JsonNode> ingresses, JsonNode? controller = null)
    {
        var service = Manifests.Of("base").One("Service");
        var (port, broker) = (service.Items("spec", "ports").Single().Text("port"), _world.Broker.Url.Authority);
        return IngressNginx.StartAsync(
            ingresses,
            new Dictionary<string, string>
            {
                [$"bffbroker.{service.Text("metadata", "namespace")}.svc.cluster.local:{port}"] = broker,
                ["bffbroker"] = broker,
                ["members"] = _application.Url.Authority,
            },
            controller);
    }

    private Task<RawAnswer> UpgradeAsync(RunningGateway nginx, string[] values) => RawRequest.GetAsync(
        nginx.Url,
        Page,
        [
            $"Cookie: __Host-bff={_world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")}",
            "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABkAAQAAP__",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", .. SeveralValues.Lines("Upgrade", values),
        ]);

    // Under the tests' public URL.
    private static IEnumerable<JsonNode> Local(Manifests manifests) =>
        Yaml.Documents(manifests.Text.Replace(manifests.Environment["Broker__PublicUrl"], BrokerServer.PublicUrl.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal))
            .Where(manifest => manifest.Text("kind") == "Ingress");
}
