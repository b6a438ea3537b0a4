using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BffBroker.Tests.Deploy;
using BffBroker.Tests.Support;
using Header = (string Name, string Value);

namespace BffBroker.Tests.Gateways;

/// <summary>
/// What Traefik does with a request by its documentation of routers, ForwardAuth and headers, as the shipped files tell it to.
/// Traefik itself is not run.
/// </summary>
internal sealed class TraefikReplay
{
    private static readonly string[] HopByHop = ["Connection", "Keep-Alive", "TE", "Trailers", "Transfer-Encoding", "Upgrade"];

    // What Traefik replaces where a client is not trusted, as every client is here (forwarded headers, "X-Headers").
    private static readonly string[] OfItsOwn =
    [
        "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Proto", "X-Forwarded-Server",
        "X-Forwarded-Method", "X-Forwarded-Uri", "X-Forwarded-Tls-Client-Cert", "X-Forwarded-Tls-Client-Cert-Info", "X-Real-Ip",
    ];

    private readonly World _world;
    private readonly IReadOnlyDictionary<string, JsonNode> _middlewares;

    private TraefikReplay(
        World world, string host, IEnumerable<TraefikRouter> routers, IReadOnlyDictionary<string, JsonNode> middlewares) =>
        (_world, Host, Routers, _middlewares) = (world, host, [.. routers], middlewares);

    /// <summary>That the rules are for.</summary>
    public string Host { get; }

    public IReadOnlyList<TraefikRouter> Routers { get; }

    /// <summary><c>deploy/traefik</c>.</summary>
    public static TraefikReplay Of(World world, ShippedFile file)
    {
        var http = Yaml.Documents(file.Text).Single().At("http");
        return new(
            world,
            "app.example.com",
            http.Keys("routers").Select(name => TraefikRouter.OfFile(name, http.At("routers", name))),
            http.Keys("middlewares").ToDictionary(name => name, name => http.At("middlewares", name)));
    }

    /// <summary><c>deploy/kubernetes/overlays/traefik</c>: routers from its Ingresses and IngressRoutes.</summary>
    public static TraefikReplay Of(World world, Manifests manifests) => new(
        world,
        new Uri(manifests.Environment["Broker__PublicUrl"]).Host,
        [
            .. manifests.OfKind("Ingress").SelectMany(TraefikRouter.OfIngress),
            .. manifests.OfKind("IngressRoute").SelectMany(TraefikRouter.OfRoute),
        ],
        manifests.OfKind("Middleware").ToDictionary(
            middleware => middleware.Text("metadata", "name"), middleware => middleware.At("spec")));

    public bool TakesFromAnswer(string header) => FromTheAnswer(_middlewares["needs-login"].At("forwardAuth")).IsMatch(header);

    /// <summary>The broker's answer where it is none of 2xx, as the client gets it; or the headers of the request that goes on.</summary>
    public async Task<(HttpResponseMessage? Answer, List<Header> Upstream)> SendAsync(
        string method, string uri, IEnumerable<Header> headers, string proto = "http")
    {
        Header[] forwarded =
        [
            ("X-Forwarded-Method", method), ("X-Forwarded-Proto", proto), ("X-Forwarded-Host", BrokerServer.Authority),
            ("X-Forwarded-Uri", uri), ("X-Forwarded-For", "203.0.113.9"),
        ];
        var request = AtTheEntryPoint([.. WithCookies(headers)]);
        foreach (var middleware in RouterOf(uri, request).Middlewares.Select(name => _middlewares[name]))
        {
            if (middleware.Find("forwardAuth") is not { } forwardAuth)
            {
                request = Apply(middleware.Map("headers", "customRequestHeaders"), request);
                continue;
            }

            var answer = await AskAsync(forwardAuth, [.. request.Where(header => !Is(header, HopByHop)), .. forwarded]);
            if (!answer.IsSuccessStatusCode)
            {
                return (answer, []);
            }

            var taken = FromTheAnswer(forwardAuth);
            request =
            [
                .. request.Where(header => !taken.IsMatch(header.Name)),
                .. answer.Headers.Where(header => taken.IsMatch(header.Key))
                    .SelectMany(header => header.Value, (header, value) => (header.Key, value)),
            ];
        }

        return (null, ToTheService(request));
    }

    private TraefikRouter RouterOf(string uri, IReadOnlyList<Header> headers) =>
        Routers.Where(router => router.Rule.Matches(Host, uri.Split('?')[0], headers)).MaxBy(router => router.Priority)
        ?? throw new InvalidOperationException($"No router for {uri}.");

    private Task<HttpResponseMessage> AskAsync(JsonNode forwardAuth, IEnumerable<(string, string)> headers)
    {
        var address = new Uri(forwardAuth.Text("address"));
        Assert.Contains(address.Authority, new[] { "broker:8080", "bffbroker.login.svc.cluster.local:8080" });
        Assert.Equal("false", forwardAuth.Text("trustForwardHeader"));
        return _world.Browser.SendAsync(HttpMethod.Get, World.At(address.PathAndQuery), headers: headers);
    }

    // Before any router: what a client says as a proxy goes, and so does what Connection names.
    // Of several values of Upgrade, some versions leave the first here. The tests do not rely on it.
    private static List<Header> AtTheEntryPoint(List<Header> headers)
    {
        var connection = headers.Where(header => Is(header, "Connection")).SelectMany(ListOf);
        string[] named = [.. connection.Except(["Upgrade"], StringComparer.OrdinalIgnoreCase)];
        var left = headers.Where(header => !Is(header, OfItsOwn) && !Is(header, "Connection") && !Is(header, named));
        return UpgradeOf(headers) is null ? [.. left] : [.. left, ("Connection", "Upgrade")];
    }

    // Hop by hop headers go, but those of an upgrade, whatever it is to: of several values the first.
    private static List<Header> ToTheService(List<Header> headers)
    {
        var end = headers.Where(header => !Is(header, HopByHop));
        return UpgradeOf(headers) is { Length: > 0 } upgrade ? [.. end, ("Connection", "Upgrade"), ("Upgrade", upgrade)] : [.. end];
    }

    private static string? UpgradeOf(List<Header> headers) =>
        headers.Where(header => Is(header, "Connection")).SelectMany(ListOf).Contains("Upgrade", StringComparer.OrdinalIgnoreCase)
            ? headers.Where(header => Is(header, "Upgrade")).Select(header => header.Value).FirstOrDefault()
            : null;

    private static string[] ListOf(Header header) => header.Value.Split(',', StringSplitOptions.TrimEntries);

    // A custom header that is empty takes all of the request's off; any other takes their place.
    private static List<Header> Apply(Dictionary<string, string> customs, IEnumerable<Header> headers) =>
    [
        .. headers.Where(header => !Is(header, [.. customs.Keys])),
        .. customs.Where(custom => custom.Value.Length > 0).Select(custom => (custom.Key, custom.Value)),
    ];

    private static bool Is(Header header, params string[] names) => names.Contains(header.Name, StringComparer.OrdinalIgnoreCase);

    private static Regex FromTheAnswer(JsonNode forwardAuth) => new(forwardAuth.Text("authResponseHeadersRegex"));

    private IEnumerable<Header> WithCookies(IEnumerable<Header> headers) =>
        _world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff") is { } cookie
            ? headers.Append(("Cookie", $"__Host-bff={cookie}; a=1"))
            : headers;
}

/// <summary>One way into Traefik.</summary>
/// <param name="Priority">The longer rule comes first, where a router has no number of its own.</param>
/// <param name="Middlewares">In the order in which they work.</param>
internal sealed record TraefikRouter(string Name, TraefikRule Rule, int Priority, IReadOnlyList<string> Middlewares, string Service)
{
    public static TraefikRouter OfFile(string name, JsonNode router) =>
        Of(name, router.Text("rule"), router, [.. router.Texts("middlewares")], router.Text("service"));

    public static IEnumerable<TraefikRouter> OfRoute(JsonNode route) => route.Items("spec", "routes").Select(router => Of(
        route.Text("metadata", "name"),
        router.Text("match"),
        router,
        [.. router.Items("middlewares").Select(middleware => middleware.Text("name"))],
        router.Items("services").Single().Text("name")));

    // Namespace and name are joined by a hyphen.
    public static IEnumerable<TraefikRouter> OfIngress(JsonNode ingress) =>
        from rule in ingress.Items("spec", "rules")
        from path in rule.Items("http", "paths")
        let way = path.Text("pathType") == "Exact" ? $"Path(`{path.Text("path")}`)" : $"PathPrefix(`{path.Text("path")}`)"
        select Of(
            ingress.Text("metadata", "name"),
            $"Host(`{rule.Text("host")}`) && {way}",
            path,
            [
                .. ingress.Text("metadata", "annotations", "traefik.ingress.kubernetes.io/router.middlewares").Split(',')
                    .Select(name => name.Split('@')[0][(ingress.Text("metadata", "namespace").Length + 1)..]),
            ],
            path.Text("backend", "service", "name"));

    private static TraefikRouter Of(string name, string rule, JsonNode router, IReadOnlyList<string> middlewares, string service) =>
        new(name, new(rule), router.Find("priority") is null ? rule.Length : router.Number("priority"), middlewares, service);
}
