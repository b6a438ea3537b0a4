using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>One login at auth.example.com, for the hosts of example.com that a gateway guards and the configuration names.</summary>
public sealed class OneLoginTests : IAsyncLifetime
{
    private static readonly Uri DeepLink = new("https://wiki.example.com/page?q=1&r=%2F");

    private CookieDomainWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await CookieDomainWorld.StartAsync(GatewayWorld.Trust);

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_page_of_a_sibling_host_is_sent_to_the_login_and_comes_back_to_itself()
    {
        var anonymous = await AskAsync(DeepLink);
        Assert.Equal(HttpStatusCode.Found, anonymous.StatusCode);

        var end = await _world.Browser.VisitAsync(anonymous.Headers.Location!, stopBefore: url => url.Host == DeepLink.Host);
        var signedIn = await AskAsync(DeepLink);

        Assert.Equal(CookieDomainWorld.Auth.Host, anonymous.Headers.Location!.Host);
        Assert.Equal(DeepLink, end.Url);
        Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
        Assert.StartsWith("amzn1.account.", signedIn.Header("X-Auth-Request-User"), StringComparison.Ordinal);
        Assert.Empty(signedIn.SetCookies());
    }

    [Theory]
    [InlineData("https://grafana.example.com/")]
    [InlineData("https://wiki.example.com:8443/")]
    [InlineData("http://wiki.example.com/")]
    [InlineData("https://wiki.example.org/")]
    public async Task A_host_that_is_not_listed_or_never_sees_the_cookie_is_told_so(string url)
    {
        await _world.LogInAsync(_world.Browser);

        var page = await AskAsync(new(url));

        Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
        Assert.Contains("No login at this broker is for this host", await page.TextAsync(), StringComparison.Ordinal);
    }

    /// <summary>Traefik says so.</summary>
    [Fact]
    public async Task A_WebSocket_over_TLS_is_asked_for_at_the_same_origin()
    {
        await _world.LogInAsync(_world.Browser);

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(new("wss://wiki.example.com/live"), CookiesOf(DeepLink))).StatusCode);
    }

    [Fact]
    public async Task After_a_logout_every_host_asks_for_a_login()
    {
        await _world.LogInAsync(_world.Browser);
        var cookies = CookiesOf(DeepLink);

        await _world.Browser.FetchAsync(HttpMethod.Post, CookieDomainWorld.At("/logout"));

        Assert.Equal(HttpStatusCode.Found, (await AskAsync(DeepLink)).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await AskAsync(DeepLink, cookies)).StatusCode);
    }

    /// <summary>Or there would be two from then on, which are none: every login would end where it began, for as long as the old one lives.</summary>
    [Theory]
    [InlineData("example.com", "auth.sso.example.com")]
    [InlineData("example.com", "sso.example.com")]
    [InlineData("sso.example.com", "auth.sso.example.com")]
    [InlineData("sso.example.com", "example.com")]
    [InlineData("auth.sso.example.com", "example.com")]
    public async Task A_login_takes_the_cookie_of_another_domain_away_which_the_setting_had_before(string before, string now)
    {
        var host = new Uri("https://auth.sso.example.com");
        await using var world = await CookieDomainWorld.StartAsync(("Broker:PublicUrl", host.ToString()), ("Session:CookieDomain", now));
        world.World.Amazon.Simulator.Clients.All[0].AddRedirectUri(new Uri(host, "/callback").ToString());
        using var browser = new Browser().Route(host.Authority + ":443", world.World.Broker.Url);
        browser.TakeCookie(host, $"{CookieDomainWorld.Session}={BffBroker.OAuth.CookieSecret.Create().Encode()}; Domain={before}; Path=/; Secure");

        await browser.VisitAsync(new(host, "/login"), stopBefore: url => url.AbsolutePath == "/");

        Assert.Single(browser.CookiesFor(host), cookie => cookie.Key == CookieDomainWorld.Session);
        Assert.Equal(HttpStatusCode.OK, (await browser.FetchAsync(HttpMethod.Get, new(host, "/me"))).StatusCode);
    }

    /// <summary>A bad host can add a second one with a path, which no login takes away.</summary>
    [Fact]
    public async Task Two_session_cookies_lead_to_a_page_and_never_to_a_login_that_would_not_help()
    {
        await _world.LogInAsync(_world.Browser);
        var cookies = CookiesOf(DeepLink);

        var answer = await AskAsync(DeepLink, $"{cookies}; {cookies}");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
        Assert.Contains("https://auth.example.com/login?returnUrl=", await answer.TextAsync(), StringComparison.Ordinal);
    }

    /// <summary>What docs/gateways.md says that it can do.</summary>
    [Fact]
    public async Task Whoever_has_the_shared_cookie_is_its_user_to_a_gateway_and_no_more()
    {
        await _world.LogInAsync(_world.Browser);
        var cookies = CookiesOf(DeepLink);

        using var sibling = _world.NewBrowser();
        var nginx = await sibling.SendAsync(HttpMethod.Get, CookieDomainWorld.At("/auth/nginx"), headers: [("Cookie", cookies)]);
        var session = await _world.FetchAsync(HttpMethod.Get, "/session", cookies);

        Assert.Equal(HttpStatusCode.OK, nginx.StatusCode);
        Assert.NotNull(nginx.Header("X-Auth-Request-Email"));
        Assert.Equal("""{"authenticated":false}""", await session.TextAsync());
    }

    /// <summary>As a gateway asks about a navigation: with the cookies that the browser sends to that host.</summary>
    private async Task<HttpResponseMessage> AskAsync(Uri url, string? cookies = null)
    {
        List<(string, string)> headers =
        [
            ("X-Forwarded-Method", "GET"), ("X-Forwarded-Proto", url.Scheme), ("X-Forwarded-Host", url.Authority), ("X-Forwarded-Uri", url.PathAndQuery),
            .. GatewayWorld.Navigation,
        ];
        if ((cookies ?? CookiesOf(url)) is { Length: > 0 } sent)
        {
            headers.Add(("Cookie", sent));
        }

        using var gateway = new Browser();
        return await gateway.SendAsync(HttpMethod.Get, new(_world.World.Broker.Url, "/auth/forward"), headers: headers);
    }

    private string CookiesOf(Uri url) => string.Join("; ", _world.Browser.CookiesFor(url).Select(cookie => $"{cookie.Key}={cookie.Value}"));
}
