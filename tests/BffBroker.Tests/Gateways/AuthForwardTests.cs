using System.Net;
using System.Web;
using BffBroker.OAuth;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

public sealed class AuthForwardTests : IAsyncLifetime
{
    private World _world = null!;

    public async ValueTask InitializeAsync() => _world = await World.StartAsync(GatewayWorld.Trust);

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData("/", "http://localhost:8080/")]
    [InlineData("/wiki/page?q=a%26b&x=%C3%BC", "http://localhost:8080/wiki/page?q=a%26b&x=%C3%BC")]
    [InlineData("/proxy/http://other.example/", "http://localhost:8080/proxy/http://other.example/")]
    public async Task A_page_without_a_session_is_sent_to_the_login_and_comes_back_to_where_it_was_asked_for(string uri, string returnUrl)
    {
        var answer = await _world.AskForwardAsync(uri, GatewayWorld.Navigation);

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal("/login", answer.Headers.Location!.AbsolutePath);
        Assert.Equal(returnUrl, HttpUtility.ParseQueryString(answer.Headers.Location.Query)["returnUrl"]);
        Assert.Empty(answer.SetCookies());
        Assert.Equal(new(returnUrl), (await _world.Browser.VisitAsync(answer.Headers.Location, stopBefore: url => url == new Uri(returnUrl))).Url);
        Assert.Equal(HttpStatusCode.OK, (await _world.AskForwardAsync(uri, GatewayWorld.Navigation)).StatusCode);
    }

    [Fact]
    public async Task A_URL_that_is_too_long_is_shortened_to_its_path_and_then_to_the_root()
    {
        Assert.Equal("http://localhost:8080/wiki", await ReturnUrlAsync($"/wiki?q={new string('q', ReturnUrl.MaxBytes)}"));
        Assert.Equal("http://localhost:8080/", await ReturnUrlAsync($"/{new string('p', ReturnUrl.MaxBytes)}?q"));

        async Task<string?> ReturnUrlAsync(string uri) =>
            HttpUtility.ParseQueryString((await _world.AskForwardAsync(uri, GatewayWorld.Navigation)).Headers.Location!.Query)["returnUrl"];
    }

    [Theory]
    [InlineData("GET", "navigate", "*/*", null, true)]
    [InlineData("HEAD", "navigate", "*/*", null, true)]
    [InlineData("GET", null, "text/html,application/xhtml+xml", null, true)]
    [InlineData("GET", "cors", "text/html", null, false)]
    [InlineData("GET", "websocket", "*/*", null, false)]
    [InlineData("GET", "no-cors", "image/webp", null, false)]
    [InlineData("POST", "navigate", "text/html", null, false)]
    [InlineData("DELETE", "cors", "*/*", null, false)]
    [InlineData("GET", null, "text/html", "XMLHttpRequest", false)]
    [InlineData("GET", null, "application/json", null, false)]
    [InlineData("GET", null, null, null, false)]
    [InlineData("get", "navigate", "text/html", null, true)]
    public async Task Only_a_page_that_is_opened_is_redirected(string method, string? mode, string? accept, string? requestedWith, bool isRedirected)
    {
        List<(string, string)> headers = [("X-Forwarded-Method", method), ("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", BrokerServer.Authority), ("X-Forwarded-Uri", "/x")];
        headers.AddRange(new[] { ("Sec-Fetch-Mode", mode), ("Accept", accept), ("X-Requested-With", requestedWith) }.Where(header => header.Item2 is not null)!);

        var answer = await _world.SendForwardAsync(headers);

        if (isRedirected)
        {
            Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
            return;
        }

        var problem = await answer.AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        Assert.Equal("http://localhost:8080/login", problem.GetProperty("loginUrl").GetString());
        Assert.Null(answer.Headers.Location);
        Assert.Empty(answer.SetCookies());
    }

    [Theory]
    [InlineData("Sec-Fetch-Dest", "iframe")]
    [InlineData("Sec-Purpose", "prefetch;prerender")]
    public async Task A_request_that_the_login_would_refuse_is_not_sent_there(string header, string value)
    {
        var headers = GatewayWorld.Navigation.Where(pair => pair.Item1 != header).Append((header, value));

        await (await _world.AskForwardAsync("/", [.. headers])).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
    }

    [Theory]
    [InlineData("/wiki?login_error=login_failed", "returnUrl=http%3A%2F%2Flocalhost%3A8080%2Fwiki\"")]
    [InlineData("/wiki?a=1&login%5Ferror=x&b=2", "returnUrl=")]
    [InlineData("/?login_error=access_denied&a=1", "returnUrl=http%3A%2F%2Flocalhost%3A8080%2F%3Fa%3D1\"")]
    public async Task A_login_that_failed_leads_to_a_page_and_never_to_another_login(string uri, string link)
    {
        var answer = await _world.AskForwardAsync(uri, GatewayWorld.Navigation);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains($"http://localhost:8080/login?{link}", await answer.TextAsync(), StringComparison.Ordinal);
        await (await _world.AskForwardAsync(uri, GatewayWorld.Fetch)).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
    }

    [Theory]
    [InlineData("X-Forwarded-Host", null)]
    [InlineData("X-Forwarded-Uri", null)]
    [InlineData("X-Forwarded-Host", "")]
    [InlineData("X-Forwarded-Host", "localhost:8080, evil.example")]
    [InlineData("X-Forwarded-Host", "evil.example@localhost:8080")]
    [InlineData("X-Forwarded-Host", "localhost:8080/path")]
    [InlineData("X-Forwarded-Host", "localhost:8080?")]
    [InlineData("X-Forwarded-Host", "localhost:99999")]
    [InlineData("X-Forwarded-Proto", "javascript")]
    [InlineData("X-Forwarded-Proto", "http, https")]
    [InlineData("X-Forwarded-Uri", "")]
    [InlineData("X-Forwarded-Uri", "no-slash")]
    [InlineData("X-Forwarded-Uri", "//evil.example/")]
    [InlineData("X-Forwarded-Uri", "/\\evil.example/")]
    [InlineData("X-Forwarded-Uri", "/a/../b")]
    [InlineData("X-Forwarded-Uri", "/a/%2e%2E/b")]
    [InlineData("X-Forwarded-Uri", "/a#b")]
    [InlineData("X-Forwarded-Uri", "/a b")]
    [InlineData("X-Forwarded-Uri", "http://localhost:8080/")]
    public async Task A_request_that_could_be_read_in_two_ways_is_refused_with_and_without_a_session(string header, string? value)
    {
        Dictionary<string, string> headers = new() { ["X-Forwarded-Proto"] = "http", ["X-Forwarded-Host"] = BrokerServer.Authority, ["X-Forwarded-Uri"] = "/" };
        headers.Remove(header);
        (string, string)[] sent = [.. headers.Select(pair => (pair.Key, pair.Value)), .. GatewayWorld.Navigation, .. value is null ? [] : new[] { (header, value) }];

        await (await _world.SendForwardAsync(sent)).AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        await _world.LogInAsync();
        await (await _world.SendForwardAsync(sent)).AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Theory]
    [InlineData("X-Forwarded-Host")]
    [InlineData("X-Forwarded-Uri")]
    [InlineData("X-Forwarded-Proto")]
    [InlineData("X-Forwarded-Method")]
    public async Task A_forwarded_header_that_comes_twice_is_refused(string header)
    {
        string[] sent = [$"X-Forwarded-Host: {BrokerServer.Authority}", "X-Forwarded-Uri: /", "X-Forwarded-Proto: http", "X-Forwarded-Method: GET"];

        var once = await RawRequest.GetAsync(_world.Broker.Url, "/auth/forward", sent);
        var twice = await RawRequest.GetAsync(_world.Broker.Url, "/auth/forward", [.. sent, sent.Single(line => line.StartsWith(header, StringComparison.Ordinal))]);

        Assert.Equal(401, once.Status);
        Assert.Equal(400, twice.Status);
    }

    [Theory]
    [InlineData("http", "evil.example")]
    [InlineData("http", "localhost:8081")]
    [InlineData("http", "localhost")]
    [InlineData("http", "localhost.:8080")]
    [InlineData("https", "localhost:8080")]
    [InlineData("http", "sub.localhost:8080")]
    public async Task A_host_that_never_sees_the_cookie_is_refused(string proto, string host)
    {
        await _world.LogInAsync();

        var answer = await _world.SendForwardAsync([("X-Forwarded-Proto", proto), ("X-Forwarded-Host", host), ("X-Forwarded-Uri", "/"), .. GatewayWorld.Navigation]);

        await answer.AssertProblemAsync(HttpStatusCode.Forbidden, "unknown_host");
    }

    [Theory]
    [InlineData("http", "LocalHost:8080")]
    [InlineData("ws", "localhost:8080")]
    public async Task A_host_has_one_meaning_in_every_spelling(string proto, string host)
    {
        await _world.LogInAsync();

        Assert.Equal(HttpStatusCode.OK, (await _world.SendForwardAsync([("X-Forwarded-Proto", proto), ("X-Forwarded-Host", host), ("X-Forwarded-Uri", "/")])).StatusCode);
    }

    [Fact]
    public async Task The_client_s_address_in_front_of_it_changes_nothing()
    {
        await _world.LogInAsync();

        foreach (var chain in new[] { "203.0.113.9", "203.0.113.9, 127.0.0.1", "x, y", "" })
        {
            Assert.Equal(HttpStatusCode.OK, (await _world.AskForwardAsync("/", ("X-Forwarded-For", chain))).StatusCode);
        }
    }

    [Theory]
    [InlineData(null, HttpStatusCode.ServiceUnavailable, "gateway_not_configured")]
    [InlineData("10.0.0.0/8", HttpStatusCode.Forbidden, "untrusted_proxy")]
    public async Task Nobody_but_a_trusted_proxy_is_answered(string? proxies, HttpStatusCode status, string code)
    {
        await using var world = await World.StartAsync(proxies is null ? [] : [("Broker:TrustedProxies:0", proxies)]);
        await world.LogInAsync();

        foreach (var headers in new (string, string)[][] { [], [("X-Forwarded-For", "10.1.2.3")] })
        {
            var answer = await world.AskForwardAsync("/", [.. GatewayWorld.Navigation, .. headers]);

            await answer.AssertProblemAsync(status, code);
            Assert.Null(answer.Header("X-Auth-Request-User"));
        }
    }

    [Theory]
    [InlineData("/auth/forward")]
    [InlineData("/bff/auth/forward")]
    [InlineData("/bff/auth/forward/")]
    [InlineData("/bff/AUTH/Forward")]
    public async Task The_endpoint_is_under_the_path_base_as_well(string path)
    {
        await using var world = await World.StartAsync(GatewayWorld.Trust, ("Broker:PublicUrl", "http://localhost:8080/bff"));

        var answer = await world.Browser.SendAsync(
            HttpMethod.Get, World.At(path), headers: [("X-Forwarded-Host", BrokerServer.Authority), ("X-Forwarded-Uri", "/bff/x"), .. GatewayWorld.Navigation]);

        Assert.Equal("http://localhost:8080/bff/login?returnUrl=http%3A%2F%2Flocalhost%3A8080%2Fbff%2Fx", answer.Headers.Location?.OriginalString);
    }
}
