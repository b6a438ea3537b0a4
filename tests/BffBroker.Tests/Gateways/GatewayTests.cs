using System.Net;
using BffBroker.Endpoints;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>What a browser sees, and what the application behind, when real gateways run the configurations that <c>deploy/</c> ships.</summary>
public sealed class GatewayTests(SharedSite shared) : IClassFixture<SharedSite>
{
    private const string Lie = "somebody else";

    private static readonly string[] Truths = [IdentityHeaders.User, IdentityHeaders.Email, IdentityHeaders.Name];

    // As IdentityHeaders has them, and what says where a request came from.
    internal static readonly string[] Lies =
    [
        .. Truths, IdentityHeaders.AccessToken, IdentityHeaders.GatewayKey, "X-Auth-Request-Groups", "X-Auth-Request-Preferred-Username",
        "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Groups", "X-Forwarded-Preferred-Username", "X-Forwarded-Access-Token",
        "Remote-User", "Remote-Name", "Remote-Email", "Remote-Groups", "X-Remote-User", "X-Remote-Name", "X-Remote-Email", "X-Remote-Groups",
        "X-WebAuth-User", "X-WebAuth-Name", "X-WebAuth-Email", "X-WebAuth-Groups",
        "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Uri", "X-Forwarded-Method", "X-Forwarded-Prefix", "Forwarded", "X-Real-IP", "X-Original-URL", "X-Rewrite-URL",
    ];

    // RFC 9110 5.6.2: what a name may have but letters, digits and hyphens.
    private const string OtherCharacters = "_.!#$%&'*+^`|~";

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
    public async Task Nor_does_the_application_hear_of_it(GatewayProgram program)
    {
        using var user = await _site.LogInAsync(program);
        string[] names =
        [
            "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Method", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Proto", "X-Forwarded-Server", "X-Forwarded-Uri",
            "X-Original-URL", "X-Real-IP", "X-Rewrite-URL",
        ];

        using var answer = await user.SendAsync(HttpMethod.Get, World.At("/service/x"), headers: [.. GatewayWorld.Fetch, .. names.Select(name => (name, "a-lie"))]);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.All(names, name => Assert.DoesNotContain("a-lie", string.Join(',', _site.Service.Last.ValuesOf(name)), StringComparison.Ordinal));
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

    /// <summary>A code and a state are in the query of the way back from Amazon.</summary>
    [Fact]
    public async Task The_log_of_nginx_has_paths_and_no_queries()
    {
        using var browser = await _site.LogInAsync(GatewayProgram.Nginx);

        await Wait.UntilAsync(() => _site.LogOf(GatewayProgram.Nginx).Contains("\"GET /callback\" 302", StringComparison.Ordinal), "the line of the callback");
        Assert.DoesNotContain('?', _site.LogOf(GatewayProgram.Nginx));
        Assert.DoesNotContain("state", _site.LogOf(GatewayProgram.Nginx), StringComparison.Ordinal);
    }

    private static string ReplaceFirst(string name, char character) =>
        name.IndexOf('-', StringComparison.Ordinal) is var at and >= 0 ? $"{name[..at]}{character}{name[(at + 1)..]}" : name;

    private static string ReplaceLast(string name, char character) => name.LastIndexOf('-') is var at and >= 0 ? $"{name[..at]}{character}{name[(at + 1)..]}" : name;
}
