using System.Net;
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

    private World _world = null!;
    private UpstreamServer _application = null!;
    private RunningGateway? _nginx;

    public async ValueTask InitializeAsync()
    {
        (_world, _application) = (await World.StartAsync(GatewayWorld.Trust), await UpstreamServer.StartAsync());
        _application.Answer = http => http.Response.WriteAsync(ProtectedService.Content);
        var (manifests, broker) = (Manifests.Of("base"), _world.Broker.Url.Authority);
        var port = manifests.One("Service").Items("spec", "ports").Single().Text("port");
        _nginx = await IngressNginx.StartAsync(Local(manifests), new Dictionary<string, string>
        {
            [$"bffbroker.{manifests.One("Service").Text("metadata", "namespace")}.svc.cluster.local:{port}"] = broker,
            ["bffbroker"] = broker,
            ["members"] = _application.Url.Authority,
        });
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
        var lies = GatewayHeaderTests.Lies.Where(IdentityHeaders.IsOne).SelectMany(name => new[] { (name, Lie), (name.Replace('-', '_'), Lie), (name.ToLowerInvariant(), Lie) });

        using var answer = await _world.Browser.SendAsync(HttpMethod.Get, World.At(Page), headers: [.. GatewayWorld.Fetch, .. lies]);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain(_application.Last.Headers, header => header.Value.ToString().Contains(Lie, StringComparison.Ordinal));
        Assert.Equal("ada@example.com", _application.Last.Header(IdentityHeaders.Email));
        Assert.NotNull(_application.Last.Header(IdentityHeaders.User));
        Assert.NotNull(_application.Last.Header(IdentityHeaders.Name));
        Assert.Null(_application.Last.Header("Cookie"));
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

    // Under the tests' public URL.
    private static IEnumerable<System.Text.Json.Nodes.JsonNode> Local(Manifests manifests) =>
        Yaml.Documents(manifests.Text.Replace(manifests.Environment["Broker__PublicUrl"], BrokerServer.PublicUrl.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal))
            .Where(manifest => manifest.Text("kind") == "Ingress");
}
