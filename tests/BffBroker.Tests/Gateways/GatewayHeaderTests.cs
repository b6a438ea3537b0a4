using BffBroker.Endpoints;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>What the application sees of a request when real gateways run the configurations that <c>deploy/</c> ships.</summary>
public sealed class GatewayHeaderTests(SharedSite shared) : IClassFixture<SharedSite>
{
    private const string Lie = "somebody else";

    private static readonly string[] Truths = [IdentityHeaders.User, IdentityHeaders.Email, IdentityHeaders.Name];

    // As IdentityHeaders has them, what says where a request came from, and what a gateway arranges with an application.
    internal static readonly string[] Lies =
    [
        .. Truths, IdentityHeaders.AccessToken, IdentityHeaders.GatewayKey, "X-Auth-Request-Groups", "X-Auth-Request-Preferred-Username",
        "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Groups", "X-Forwarded-Preferred-Username", "X-Forwarded-Access-Token",
        "Remote-User", "Remote-Name", "Remote-Email", "Remote-Groups", "X-Remote-User", "X-Remote-Name", "X-Remote-Email", "X-Remote-Groups",
        "X-WebAuth-User", "X-WebAuth-Name", "X-WebAuth-Email", "X-WebAuth-Groups",
        "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Uri", "X-Forwarded-Method", "X-Forwarded-Prefix", "X-Forwarded-Port", "X-Forwarded-Server",
        "Forwarded", "X-Real-IP", "X-Original-URL", "X-Rewrite-URL",
        "Proxy", "Forwarded-For", "X-Forwarded", "X-Forwarded-By", "X-Forwarded-Path", "X-Forwarded-Protocol",
        "X-Forwarded-Scheme", "X-Forwarded-Ssl", "Client-IP", "X-Client-IP", "X-Cluster-Client-IP", "True-Client-IP", "Fastly-Client-IP",
        "Fly-Client-IP", "CF-Connecting-IP", "CF-Connecting-IPv6", "CF-Visitor", "X-Azure-ClientIP", "X-Azure-SocketIP",
        "X-Envoy-External-Address", "X-Originating-IP", "X-ProxyUser-IP", "Remote-Addr", "X-Remote-Addr", "X-Remote-IP",
        "X-Scheme", "X-Url-Scheme", "X-ARR-SSL", "Front-End-Https", "X-Host", "X-HTTP-Host-Override",
        "X-Original-For", "X-Original-Forwarded-For", "X-Original-Host", "X-Original-Method", "X-Original-Proto", "X-Original-URI",
        "X-ARR-ClientCert", "X-Client-Cert", "X-Forwarded-Client-Cert", "X-Forwarded-Tls-Client-Cert", "X-Forwarded-Tls-Client-Cert-Info",
        "X-SSL-Client-Cert", "X-SSL-Client-Verify", "X-SSL-Client-DN", "SSL-Client-Cert", "SSL-Client-Verify", "SSL-Client-Subject-DN",
        "SSL-Client-Issuer-DN", "X-Sendfile-Type", "X-Accel-Mapping",
    ];

    // RFC 9110 5.6.2: what a name may have but letters, digits and hyphens.
    private const string OtherCharacters = "_.!#$%&'*+^`|~";

    private readonly ProtectedSite _site = shared.Site;

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task OPTIONS_without_a_session_reaches_no_application_whoever_it_says_it_is(GatewayProgram program)
    {
        var before = _site.Service.Requests.Count;
        string[] preflight = ["Origin: https://evil.example", "Access-Control-Request-Method: GET"];

        foreach (var headers in new[] { [], preflight })
        {
            var lies = string.Concat(Truths.Select(name => $"{name}: {Lie}").Concat(headers).Select(line => line + "\r\n"));
            var answer = await RawRequest.AskAsync(_site.UrlOf(program), $"OPTIONS /service/x HTTP/1.1\r\nHost: {BrokerServer.Authority}\r\n{lies}\r\n");

            Assert.Equal(401, answer.Status);
        }

        Assert.Equal(before, _site.Service.Requests.Count);
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx, "ada", "Ada Example", "ada@example.com")]
    [InlineData(GatewayProgram.Caddy, "ada", "Ada Example", "ada@example.com")]
    [InlineData(GatewayProgram.Nginx, "zoe", "UTF-8''Zo%C3%AB%20%C3%98sterg%C3%A5rd-M%C3%BCller%20%E7%8E%8B%E5%B0%8F%E6%98%8E", "zoe@example.org")]
    [InlineData(GatewayProgram.Caddy, "zoe", "UTF-8''Zo%C3%AB%20%C3%98sterg%C3%A5rd-M%C3%BCller%20%E7%8E%8B%E5%B0%8F%E6%98%8E", "zoe@example.org")]
    [InlineData(GatewayProgram.Nginx, "kim", "Kim Nomail", null)]
    [InlineData(GatewayProgram.Caddy, "kim", "Kim Nomail", null)]
    public async Task The_application_is_told_who_the_user_is(GatewayProgram program, string customer, string name, string? email)
    {
        using var browser = await _site.LogInAsync(program, customer);
        using var session = await browser.FetchAsync(HttpMethod.Get, World.At("/session"));

        using var answer = await browser.FetchAsync(HttpMethod.Get, World.At("/service/x"));

        Assert.Equal(ProtectedService.Content, await answer.TextAsync());
        var user = (await session.JsonAsync()).GetProperty("user").GetProperty("user_id").GetString();
        Assert.Equal([user, email, name], Truths.Select(_site.Service.Last.Header));
        Assert.Equal((BrokerServer.Authority, BrokerServer.Authority, "http", "127.0.0.1"), (
            _site.Service.Last.Header("Host"), _site.Service.Last.Header("X-Forwarded-Host"), _site.Service.Last.Header("X-Forwarded-Proto"), _site.Service.Last.Header("X-Forwarded-For")));
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task No_header_by_which_a_client_says_who_it_is_reaches_the_application_in_any_spelling(GatewayProgram program)
    {
        using var browser = await _site.LogInAsync(program, "kim");
        var cookie = $"Cookie: __Host-bff={browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")}";
        Func<string, string>[] spellings =
        [
            name => name, name => name.ToLowerInvariant(), name => name.ToUpperInvariant(),
            .. OtherCharacters.Select<char, Func<string, string>>(character => name => name.Replace('-', character)),
            name => ReplaceFirst(name, '_'), name => ReplaceLast(name, '_'), name => ReplaceLast(name, '.'),
        ];

        foreach (var spell in spellings)
        {
            // Twice each, and each named as one that goes no further than this hop.
            var lies = Lies.Select(spell).ToList();
            var answer = await RawRequest.GetAsync(
                _site.UrlOf(program), "/service/x", [cookie, .. lies.Select(name => $"{name}: {Lie}"), $"{lies[0]}: {Lie}", "Connection: close, X-Auth-Request-User, X-Auth-Request-Name"]);

            Assert.Equal(200, answer.Status);
            Assert.All(Lies, name => Assert.DoesNotContain(_site.Service.Last.ValuesOf(name), value => value.Contains(Lie, StringComparison.Ordinal)));
            Assert.Equal("Kim Nomail", _site.Service.Last.Header(IdentityHeaders.Name));
            Assert.NotNull(_site.Service.Last.Header(IdentityHeaders.User));
            Assert.Empty(_site.Service.Last.ValuesOf(IdentityHeaders.Email));
        }
    }

    [Theory]
    [InlineData("{0}", null)]
    [InlineData("a=1; {0}; b=2", "a=1; b=2")]
    [InlineData("{0}; a=1", "a=1")]
    [InlineData("a=1;{0}", "a=1")]
    [InlineData("__Host-bff-login=x; {0}; a=\"1 2\"; __Secure-bff=y; __Host-bff-bind=z", "a=\"1 2\"")]
    [InlineData("__host-BFF=x; {0}; a=1", "a=1")]
    [InlineData("a=1; {0}; b=__Host-bff", null)]
    [InlineData("a=1, __Host-bff=x; {0}", null)]
    [InlineData("__Secure-bff=1; __Secure-bff=2; __Secure-bff=3; __Secure-bff=4; __Secure-bff=5; {0}; a=1", "?")]
    public async Task The_broker_s_cookies_stay_with_it_and_others_go_on(string cookies, string? passedOn)
    {
        foreach (var program in Enum.GetValues<GatewayProgram>())
        {
            using var browser = await _site.LogInAsync(program);
            var session = $"__Host-bff={browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")}";

            var answer = await RawRequest.GetAsync(_site.UrlOf(program), "/service/x", $"Cookie: {cookies.Replace("{0}", session, StringComparison.Ordinal)}");

            Assert.Equal(200, answer.Status);
            var cookie = _site.Service.Last.Header("Cookie")?.TrimEnd(' ', ';');
            Assert.DoesNotContain("bff", cookie ?? "", StringComparison.OrdinalIgnoreCase);
            Assert.True(passedOn == "?" || (cookie ?? "") == (passedOn ?? ""), $"{program}: {cookie}");
        }
    }

    private static string ReplaceFirst(string name, char character) =>
        name.IndexOf('-', StringComparison.Ordinal) is var at and >= 0 ? $"{name[..at]}{character}{name[(at + 1)..]}" : name;

    private static string ReplaceLast(string name, char character) => name.LastIndexOf('-') is var at and >= 0 ? $"{name[..at]}{character}{name[(at + 1)..]}" : name;
}
