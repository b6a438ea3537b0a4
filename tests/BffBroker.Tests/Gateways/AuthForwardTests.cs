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
    [InlineData("/wiki/page?q=a%26b&x=%C3%BC", "http://localhost:8080/wiki/page?q=a%26b&x=ü")]
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

    /// <summary>Percent-encoded, each of these characters has six.</summary>
    [Theory]
    [InlineData("%C3%BC", "ü")]
    [InlineData("%c3%bc", "ü")]
    [InlineData("\u00C3\u00BC", "ü")]
    [InlineData("%FC", "%FC")]
    [InlineData("\u00FC", "%FC")]
    public async Task Text_that_is_no_ASCII_counts_as_it_is_read_and_not_as_it_is_encoded(string sent, string returned)
    {
        var count = (ReturnUrl.MaxBytes - 50) / (returned.Length == 1 ? 2 : 3);
        var uri = "/wiki?q=" + string.Concat(Enumerable.Repeat(sent, count));

        var answer = await RawRequest.GetAsync(
            _world.Broker.Url, "/auth/forward", ["X-Forwarded-Proto: http", $"X-Forwarded-Host: {BrokerServer.Authority}", $"X-Forwarded-Uri: {uri}", "Sec-Fetch-Mode: navigate"]);

        var expected = Uri.EscapeDataString("http://localhost:8080/wiki?q=" + string.Concat(Enumerable.Repeat(returned, count)));
        Assert.Contains($"Location: http://localhost:8080/login?returnUrl={expected}\r\n", answer.Text, StringComparison.Ordinal);
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

    /// <summary>What it sent cannot be passed on, and a redirect would drop it without a word.</summary>
    [Theory]
    [InlineData("POST", "navigate")]
    [InlineData("POST", null)]
    [InlineData("PUT", "navigate")]
    public async Task A_form_that_is_sent_after_the_session_has_ended_gets_a_page_that_says_so(string method, string? mode)
    {
        (string, string)[] asked = [("X-Forwarded-Method", method), ("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", BrokerServer.Authority), ("X-Forwarded-Uri", "/form?a=1")];

        var answer = await _world.SendForwardAsync([.. asked, ("Accept", "text/html,*/*;q=0.8"), .. mode is null ? [] : new[] { ("Sec-Fetch-Mode", mode) }]);

        var page = await AssertPageAsync(answer, HttpStatusCode.Unauthorized);
        Assert.Contains("was not passed on", page, StringComparison.Ordinal);
        Assert.Contains("http://localhost:8080/login?returnUrl=http%3A%2F%2Flocalhost%3A8080%2Fform%3Fa%3D1\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "let your account in", "Gateway:AllowedUsers:0", "somebody else")]
    [InlineData(HttpStatusCode.Forbidden, "Session:CookieDomain", "Broker:PublicUrl", "http://localhost:8081")]
    [InlineData(HttpStatusCode.Forbidden, "Broker:TrustedProxies", "Broker:TrustedProxies:0", "10.0.0.0/8")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "Broker:TrustedProxies", "Broker:TrustedProxies:0", null)]
    [InlineData(HttpStatusCode.Forbidden, "X-Bff-Gateway-Key", "Gateway:PassAccessToken", "true")]
    public async Task What_the_gateway_refuses_a_person_sees_as_a_page_and_a_script_as_a_problem(HttpStatusCode status, string told, string key, string? value)
    {
        await using var world = await World.StartAsync([.. key == GatewayWorld.Trust.Item1 ? [] : new[] { GatewayWorld.Trust, ("Gateway:Key", GatewayWorld.Key) }, .. value is null ? [] : new[] { (key, value) }]);
        if (key == "Gateway:AllowedUsers:0")
        {
            await world.LogInAsync();
        }

        Assert.Contains(told, await AssertPageAsync(await world.AskForwardAsync("/", GatewayWorld.Navigation), status), StringComparison.Ordinal);
        var script = await world.AskForwardAsync("/", GatewayWorld.Fetch);
        Assert.Equal((status, "application/problem+json"), (script.StatusCode, script.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task A_page_that_needs_more_consent_leads_to_a_login_that_asks_for_it_and_back()
    {
        await using var world = await World.StartAsync(GatewayWorld.Trust, ("Amazon:Scopes:0:Name", "profile"), ("Amazon:Scopes:1:Name", "postal_code"), ("Amazon:Scopes:1:AskAtLogin", "false"));
        await world.LogInAsync();

        var answer = await world.SendForwardAsync(
            [("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", BrokerServer.Authority), ("X-Forwarded-Uri", "/x"), .. GatewayWorld.Navigation], "?scope=postal_code");

        Assert.Contains("http://localhost:8080/login?returnUrl=http%3A%2F%2Flocalhost%3A8080%2Fx&amp;scope=postal_code\"", await AssertPageAsync(answer, HttpStatusCode.Forbidden), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outage_is_a_page_that_says_to_try_again()
    {
        await using var world = await World.StartAsync([GatewayWorld.Trust, .. World.NoRedis]);
        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", new string('A', 43));

        var answer = await world.AskForwardAsync("/", GatewayWorld.Navigation);

        Assert.Contains("Try again", await AssertPageAsync(answer, HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);
        Assert.NotNull(answer.Headers.RetryAfter);
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

    private static async Task<string> AssertPageAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.Equal((status, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Null(answer.Headers.Location);
        return await answer.TextAsync();
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
