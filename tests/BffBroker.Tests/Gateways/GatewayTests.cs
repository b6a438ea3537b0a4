using System.Net;
using BffBroker.OAuth;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>What a browser sees when real gateways run the configurations that <c>deploy/</c> ships.</summary>
public sealed class GatewayTests(SharedSite shared) : IClassFixture<SharedSite>
{
    private readonly ProtectedSite _site = shared.Site;

    [Theory]
    [InlineData(GatewayProgram.Nginx, "/service/report?page=2&q=%C3%A4%26b", ProtectedService.Content)]
    [InlineData(GatewayProgram.Caddy, "/service/report?page=2&q=%C3%A4%26b", ProtectedService.Content)]
    [InlineData(GatewayProgram.Nginx, "/members/page.html?tab=2", ProtectedSite.MembersPage)]
    [InlineData(GatewayProgram.Caddy, "/members/page.html?tab=2", ProtectedSite.MembersPage)]
    public async Task A_page_that_needs_a_login_is_there_after_it_with_its_query(GatewayProgram program, string page, string content)
    {
        using var browser = _site.NewBrowser(program);

        var visit = await browser.VisitAsync(World.At(page));

        Assert.Contains(visit.Hops, hop => hop.AbsolutePath == "/login");
        Assert.Equal(World.At(page), visit.Url);
        Assert.Equal(content, await visit.Response.TextAsync());
        if (content == ProtectedSite.MembersPage)
        {
            Assert.Equal("no-cache, private", visit.Response.Headers.CacheControl?.ToString()); // nothing is shown after a logout without asking
        }
    }

    /// <summary>Of each character the redirect to the login has three: more than nginx takes of an answer's headers by default.</summary>
    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task The_longest_URL_that_a_login_leads_back_to_is_there_after_it(GatewayProgram program)
    {
        using var browser = _site.NewBrowser(program);
        var page = World.At("/service/report?");
        page = new($"{page}{new string('&', ReturnUrl.MaxBytes - page.OriginalString.Length)}");

        var visit = await browser.VisitAsync(page);

        Assert.Contains(visit.Hops, hop => hop.AbsolutePath == "/login");
        Assert.Equal(page, visit.Url);
        Assert.Equal(ProtectedService.Content, await visit.Response.TextAsync());
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx, "GET", "/service/x")]
    [InlineData(GatewayProgram.Caddy, "GET", "/service/x")]
    [InlineData(GatewayProgram.Nginx, "POST", "/service/x")]
    [InlineData(GatewayProgram.Caddy, "POST", "/service/x")]
    [InlineData(GatewayProgram.Nginx, "GET", "/members/page.html")]
    [InlineData(GatewayProgram.Caddy, "GET", "/members/page.html")]
    public async Task A_script_without_a_session_is_told_so_and_nothing_else(GatewayProgram program, string method, string path)
    {
        using var browser = _site.NewBrowser(program);
        var before = _site.Service.Requests.Count;

        using var answer = await browser.FetchAsync(new(method), World.At(path), method == "POST" ? new StringContent("a body") : null);

        var problem = await answer.AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        Assert.Equal("http://localhost:8080/login", problem.GetProperty("loginUrl").GetString());
        Assert.Null(answer.Headers.Location);
        Assert.Empty(answer.SetCookies());
        Assert.Equal(before, _site.Service.Requests.Count);
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task What_a_client_says_about_its_way_decides_nothing(GatewayProgram program)
    {
        using var browser = _site.NewBrowser(program);
        (string, string)[] lies =
        [
            ("X-Forwarded-Uri", "/evil"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Method", "POST"), ("X-Original-URL", "/evil"),
            ("Forwarded", "host=evil.example"),
        ];

        using var answer = await browser.SendAsync(HttpMethod.Get, World.At("/service/x?scope=postal_code"), headers: [.. GatewayWorld.Navigation, .. lies]);

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal("http://localhost:8080/login?returnUrl=" + Uri.EscapeDataString("http://localhost:8080/service/x?scope=postal_code"), answer.Headers.Location!.OriginalString);

        // Nor does a query of the client's get into the question to the broker.
        using var user = await _site.LogInAsync(program);
        Assert.Equal(HttpStatusCode.OK, (await user.FetchAsync(HttpMethod.Get, World.At("/service/x?scope=postal_code"))).StatusCode);
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task After_a_logout_nothing_passes(GatewayProgram program)
    {
        using var browser = await _site.LogInAsync(program);
        var cookie = browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")!;
        Assert.Equal(HttpStatusCode.OK, (await browser.FetchAsync(HttpMethod.Get, World.At("/service/x"))).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await browser.FetchAsync(HttpMethod.Post, World.At("/logout"))).StatusCode);
        var before = _site.Service.Requests.Count;

        browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", cookie);

        foreach (var path in new[] { "/service/x", "/members/page.html" })
        {
            await (await browser.FetchAsync(HttpMethod.Get, World.At(path))).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        }

        Assert.Equal(before, _site.Service.Requests.Count);
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task The_app_and_the_broker_are_there_for_everybody(GatewayProgram program)
    {
        using var browser = _site.NewBrowser(program);

        foreach (var path in new[] { "/", "/orders/7?tab=2", "/index.html" })
        {
            Assert.Equal(ProtectedSite.Spa, await (await browser.OpenAsync(World.At(path))).TextAsync());
        }

        Assert.False((await (await browser.FetchAsync(HttpMethod.Get, World.At("/session"))).JsonAsync()).GetProperty("authenticated").GetBoolean());
        await (await browser.FetchAsync(HttpMethod.Get, World.At("/me"))).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        await (await browser.FetchAsync(HttpMethod.Get, World.At("/sessions"))).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.OpenAsync(World.At("/callback"))).StatusCode);
    }

    /// <summary>A gateway opens the broker's endpoints by their exact paths: what its pages load is one of them.</summary>
    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task The_broker_s_pages_come_with_their_style_sheet(GatewayProgram program)
    {
        using var browser = _site.NewBrowser(program);
        Assert.Contains("href=\"/login/pages.css\"", await (await browser.OpenAsync(World.At("/callback"))).TextAsync(), StringComparison.Ordinal);

        using var sheet = await browser.FetchAsync(HttpMethod.Get, World.At("/login/pages.css"));

        Assert.Equal((HttpStatusCode.OK, "text/css; charset=utf-8"), (sheet.StatusCode, sheet.Content.Headers.ContentType?.ToString()));
        Assert.Contains("--accent", await sheet.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(["nosniff"], sheet.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["no-store"], sheet.Headers.GetValues("Cache-Control"));
    }

    /// <summary>A code and a state are in the query of the way back from Amazon.</summary>
    [Fact]
    public async Task The_log_of_nginx_has_paths_and_no_queries()
    {
        using var browser = await _site.LogInAsync(GatewayProgram.Nginx);

        await Wait.UntilAsync(() => _site.LogOf(GatewayProgram.Nginx).Contains("\"GET /callback\" 302", StringComparison.Ordinal), "the line of the callback");
        Assert.DoesNotContain('?', _site.LogOf(GatewayProgram.Nginx));
        Assert.DoesNotContain("state", _site.LogOf(GatewayProgram.Nginx), StringComparison.Ordinal);
    }
}
