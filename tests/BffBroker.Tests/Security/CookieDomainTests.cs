using System.Net;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>With <c>Session:CookieDomain</c> sibling hosts see the session cookie. It opens nothing but <c>/auth/…</c> without its companion, which they do not see.</summary>
public sealed class CookieDomainTests : IAsyncLifetime
{
    private CookieDomainWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await CookieDomainWorld.StartAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_login_sets_the_session_cookie_for_the_domain_and_its_companion_for_the_host()
    {
        var callback = await _world.Browser.VisitAsync(CookieDomainWorld.At("/login"), stopBefore: url => url.AbsolutePath == "/callback");

        var cookies = (await _world.Browser.OpenAsync(callback.Url)).SetCookies().ToList();

        Assert.Equal([CookieDomainWorld.Session, CookieDomainWorld.Bind], cookies.Select(cookie => cookie.Name));
        string[] common = ["max-age=604800", "path=/", "secure", "samesite=lax", "httponly"];
        Assert.Equivalent(common.Append("domain=example.com"), cookies[0].Attributes, strict: true);
        Assert.Equivalent(common, cookies[1].Attributes, strict: true);
        Assert.All(cookies, cookie => Assert.NotNull(CookieSecret.Parse(cookie.Value)));
        Assert.NotEqual(cookies[0].Value, cookies[1].Value);
    }

    [Fact]
    public async Task Both_cookies_can_end_with_the_browser()
    {
        await using var world = await CookieDomainWorld.StartAsync(("Session:PersistentCookie", "false"));
        var callback = await world.Browser.VisitAsync(CookieDomainWorld.At("/login"), stopBefore: url => url.AbsolutePath == "/callback");

        var cookies = (await world.Browser.OpenAsync(callback.Url)).SetCookies().ToList();

        Assert.Equal([CookieDomainWorld.Session, CookieDomainWorld.Bind], cookies.Select(cookie => cookie.Name));
        string[] common = ["path=/", "secure", "samesite=lax", "httponly"];
        Assert.Equivalent(common.Append("domain=example.com"), cookies[0].Attributes, strict: true);
        Assert.Equivalent(common, cookies[1].Attributes, strict: true);
        Assert.All((await world.Browser.FetchAsync(HttpMethod.Post, CookieDomainWorld.At("/logout"))).SetCookies(), cookie => Assert.True(cookie.IsGone));
    }

    [Fact]
    public async Task A_sibling_host_sees_the_session_cookie_and_nothing_else()
    {
        await _world.LogInAsync(_world.Browser);

        Assert.Equal([CookieDomainWorld.Session], _world.Browser.CookiesFor(CookieDomainWorld.Wiki).Select(cookie => cookie.Key));
        Assert.Equal([CookieDomainWorld.Bind, "__Host-bff-login", CookieDomainWorld.Session], _world.Browser.CookiesFor(CookieDomainWorld.Auth).Select(cookie => cookie.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Both_cookies_together_are_the_session()
    {
        var cookies = await _world.LogInAsync(_world.Browser);

        Assert.True(await _world.IsLoggedInAsync(cookies));
        Assert.Equal(HttpStatusCode.OK, (await _world.FetchAsync(HttpMethod.Get, "/me", cookies.Both)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _world.FetchAsync(HttpMethod.Get, "/sessions", cookies.Both)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _world.FetchAsync(HttpMethod.Delete, "/sessions", cookies.Both)).StatusCode);
    }

    [Theory]
    [InlineData("__Secure-bff=KEY")]
    [InlineData("__Secure-bff=KEY; __Host-bff-bind=")]
    [InlineData("__Secure-bff=KEY; __Host-bff-bind=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("__Secure-bff=KEY; __Host-bff-bind=KEY")]
    [InlineData("__Secure-bff=KEY; __Host-bff-bind=OTHER")]
    [InlineData("__Secure-bff=KEY; __Host-bff-bind=BIND; __Host-bff-bind=BIND")]
    [InlineData("__Secure-bff=KEY; __Host-bff-bind=BIND; __Host-bff-bind=OTHER")]
    [InlineData("__Secure-bff=KEY; __Secure-bff-bind=BIND; __host-bff-bind=BIND")]
    [InlineData("__Secure-bff=KEY; \u00a0__Host-bff-bind=BIND")]
    [InlineData("__Host-bff=KEY; __Host-bff-bind=BIND")]
    [InlineData("__Host-bff-bind=BIND")]
    public async Task Without_its_own_companion_the_session_cookie_is_no_session(string cookies)
    {
        using var other = _world.NewBrowser();
        var stranger = await _world.LogInAsync(other);
        var own = await _world.LogInAsync(_world.Browser);
        cookies = cookies.Replace("KEY", own.Key, StringComparison.Ordinal).Replace("BIND", own.Companion, StringComparison.Ordinal).Replace("OTHER", stranger.Companion, StringComparison.Ordinal);

        Assert.Equal("""{"authenticated":false}""", await (await _world.FetchAsync(HttpMethod.Get, "/session", cookies)).TextAsync());
        await (await _world.FetchAsync(HttpMethod.Get, "/me", cookies)).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        await (await _world.FetchAsync(HttpMethod.Get, "/sessions", cookies)).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        await (await _world.FetchAsync(HttpMethod.Delete, "/sessions", cookies)).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        AssertGone(await _world.FetchAsync(HttpMethod.Post, "/logout", cookies));
        AssertGone(await _world.FetchAsync(HttpMethod.Post, "/logout?everywhere=true", cookies));
        Assert.True(await _world.IsLoggedInAsync(own));
        Assert.True(await _world.IsLoggedInAsync(stranger));
    }

    [Fact]
    public async Task Two_session_cookies_count_as_none_also_with_the_companion()
    {
        var cookies = await _world.LogInAsync(_world.Browser);

        Assert.Equal("""{"authenticated":false}""", await (await _world.FetchAsync(HttpMethod.Get, "/session", $"{cookies.KeyAlone}; {cookies.Both}")).TextAsync());
    }

    [Fact]
    public async Task A_logout_ends_the_session_and_takes_both_cookies_away()
    {
        var cookies = await _world.LogInAsync(_world.Browser);

        var response = await _world.Browser.FetchAsync(HttpMethod.Post, CookieDomainWorld.At("/logout"));

        AssertGone(response);
        Assert.Equal(["__Host-bff-login"], _world.Browser.CookiesFor(CookieDomainWorld.Auth).Select(cookie => cookie.Key));
        Assert.Empty(_world.Browser.CookiesFor(CookieDomainWorld.Wiki));
        Assert.False(await _world.HasRecordAsync(cookies));
    }

    [Fact]
    public async Task A_logout_everywhere_ends_all_sessions_of_the_user()
    {
        using var other = _world.NewBrowser();
        var elsewhere = await _world.LogInAsync(other);
        var here = await _world.LogInAsync(_world.Browser);

        AssertGone(await _world.FetchAsync(HttpMethod.Post, "/logout?everywhere=true", here.Both));

        Assert.False(await _world.HasRecordAsync(here));
        Assert.False(await _world.HasRecordAsync(elsewhere));
    }

    [Fact]
    public async Task The_gateway_goes_by_the_session_cookie_alone()
    {
        var cookies = await _world.LogInAsync(_world.Browser);

        Assert.IsType<SessionLookup.Found>(await CookieDomainWorld.FindForGatewayAsync(_world.World.Broker, cookies.KeyAlone));
        Assert.IsType<SessionLookup.Found>(await CookieDomainWorld.FindForGatewayAsync(_world.World.Broker, $"{cookies.KeyAlone}; {CookieDomainWorld.Bind}=x"));
        Assert.Null(await CookieDomainWorld.FindForGatewayAsync(_world.World.Broker, $"{cookies.KeyAlone}; {cookies.KeyAlone}"));
        Assert.Null(await CookieDomainWorld.FindForGatewayAsync(_world.World.Broker, $"{CookieDomainWorld.Bind}={cookies.Companion}"));
    }

    [Fact]
    public async Task All_cookie_names_follow_from_the_configured_one()
    {
        await using var world = await CookieDomainWorld.StartAsync(("Session:CookieName", "__Secure-acme"), ("Session:CookieDomain", "Auth.Example.COM"));
        await world.Browser.VisitAsync(CookieDomainWorld.At("/login"), stopBefore: url => url.AbsolutePath == "/");

        Assert.Equal(["__Host-acme-bind", "__Host-acme-login", "__Secure-acme"], world.Browser.CookiesFor(CookieDomainWorld.Auth).Select(cookie => cookie.Key).Order(StringComparer.Ordinal));
        Assert.Equal("ada", (await CookieDomainWorld.UserAsync(world.Browser))?.Split(' ')[0], ignoreCase: true);
        Assert.Empty(world.Browser.CookiesFor(CookieDomainWorld.Wiki));
    }

    /// <summary>Both cookies are cleared, each where it was set.</summary>
    private static void AssertGone(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(
            [(CookieDomainWorld.Session, "example.com", true), (CookieDomainWorld.Bind, null, true)],
            response.SetCookies().Select(cookie => (cookie.Name, cookie.Domain, cookie.IsGone)));
    }
}
