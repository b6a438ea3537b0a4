using System.Net;
using System.Web;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>A host of the cookie's domain sets what cookies a browser lets it set, and uses at its own server what it sees. It gains nothing beyond <c>/auth/…</c>.</summary>
public sealed class HostileSiblingTests : IAsyncLifetime
{
    private CookieDomainWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await CookieDomainWorld.StartAsync(
        ("Amazon:Scopes:0:Name", "profile"), ("Amazon:Scopes:1:Name", "postal_code"), ("Amazon:Scopes:1:AskAtLogin", "false"));

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_planted_session_is_not_shown_to_a_victim_who_has_none()
    {
        var attacker = await AttackerAsync();

        Plant(_world.Browser, attacker);

        Assert.Equal(attacker.Key, _world.Browser.Cookie(CookieDomainWorld.Auth, CookieDomainWorld.Session));
        Assert.Null(await CookieDomainWorld.UserAsync(_world.Browser));
        await (await _world.Browser.FetchAsync(HttpMethod.Get, CookieDomainWorld.At("/me"))).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
    }

    [Fact]
    public async Task A_planted_session_is_not_shown_to_a_victim_who_is_logged_in()
    {
        var attacker = await AttackerAsync();
        var victim = await _world.LogInAsync(_world.Browser);

        Plant(_world.Browser, attacker);

        Assert.Equal($"{attacker.Key} {victim.Companion}", $"{_world.Browser.Cookie(CookieDomainWorld.Auth, CookieDomainWorld.Session)} {_world.Browser.Cookie(CookieDomainWorld.Auth, CookieDomainWorld.Bind)}");
        Assert.Null(await CookieDomainWorld.UserAsync(_world.Browser));
    }

    [Fact]
    public async Task A_login_over_a_planted_session_is_the_victim_s_own_with_new_cookies()
    {
        var attacker = await AttackerAsync();
        Plant(_world.Browser, attacker);

        var login = await _world.Browser.OpenAsync(CookieDomainWorld.At("/login"));
        var victim = await _world.LogInAsync(_world.Browser);

        Assert.Equal("profile", HttpUtility.ParseQueryString(login.Headers.Location!.Query)["scope"]);
        Assert.StartsWith("Ada", await CookieDomainWorld.UserAsync(_world.Browser), StringComparison.Ordinal);
        Assert.NotEqual(attacker.Key, victim.Key);
        Assert.NotEqual(attacker.Companion, victim.Companion);
        Assert.False(await _world.IsLoggedInAsync(victim with { Companion = attacker.Companion }));
        Assert.False(await _world.IsLoggedInAsync(attacker with { Companion = victim.Companion }));
    }

    [Fact]
    public async Task A_seen_session_cannot_be_ended_by_logging_in_over_it()
    {
        var victim = await _world.LogInAsync(_world.Browser);
        using var sibling = _world.NewBrowser();
        await _world.LogInAsync(sibling, "kim");
        sibling.SetCookie(CookieDomainWorld.Auth, CookieDomainWorld.Session, victim.Key);

        await _world.LogInAsync(sibling, "kim");

        Assert.True(await _world.IsLoggedInAsync(victim));
    }

    [Fact]
    public async Task A_login_ends_the_session_that_the_browser_had_with_its_companion()
    {
        var before = await _world.LogInAsync(_world.Browser);

        await _world.LogInAsync(_world.Browser, "kim");

        Assert.False(await _world.HasRecordAsync(before));
    }

    [Fact]
    public async Task A_logout_ends_the_victim_s_session_also_beside_a_tossed_one_and_the_tossed_one_not()
    {
        var attacker = await AttackerAsync();
        var victim = await _world.LogInAsync(_world.Browser);

        await _world.FetchAsync(HttpMethod.Post, "/logout", $"{attacker.KeyAlone}; {victim.Both}");

        Assert.False(await _world.HasRecordAsync(victim));
        Assert.True(await _world.IsLoggedInAsync(attacker));
    }

    [Theory]
    [InlineData(true, HttpStatusCode.Found)]
    [InlineData(false, HttpStatusCode.BadRequest)]
    public async Task A_used_state_leads_on_only_with_both_cookies_of_a_live_session(bool both, HttpStatusCode status)
    {
        var callback = (await _world.Browser.VisitAsync(CookieDomainWorld.At("/login"), stopBefore: url => url.AbsolutePath == "/callback")).Url;
        await _world.Browser.OpenAsync(callback);
        var key = _world.Browser.Cookie(CookieDomainWorld.Auth, CookieDomainWorld.Session);
        var companion = _world.Browser.Cookie(CookieDomainWorld.Auth, CookieDomainWorld.Bind);

        using var browser = _world.NewBrowser();
        var again = await browser.SendAsync(
            HttpMethod.Get, callback, headers: [("Cookie", $"{CookieDomainWorld.Session}={key}{(both ? $"; {CookieDomainWorld.Bind}={companion}" : "")}"), ("Accept", "text/html")]);

        Assert.Equal(status, again.StatusCode);
    }

    [Theory]
    [InlineData("__Host-bff-bind=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA; Domain=example.com; Path=/; Secure")]
    [InlineData("__Host-bff-bind=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA; Domain=auth.example.com; Path=/; Secure")]
    [InlineData("__Host-bff-bind=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA; Path=/; Secure")]
    public async Task What_a_sibling_can_do_to_the_companion_changes_nothing(string setCookie)
    {
        await _world.LogInAsync(_world.Browser);

        _world.Browser.TakeCookie(CookieDomainWorld.Wiki, setCookie);

        Assert.StartsWith("Ada", await CookieDomainWorld.UserAsync(_world.Browser), StringComparison.Ordinal);
    }

    private async Task<CookieDomainWorld.Cookies> AttackerAsync()
    {
        using var browser = _world.NewBrowser();
        _world.World.Amazon.Simulator.Settings.AutoApprove = "kim";
        await browser.VisitAsync(CookieDomainWorld.At("/login?scope=postal_code"), stopBefore: url => url.AbsolutePath == "/");
        return await _world.LogInAsync(browser, "kim");
    }

    // Browsers keep one cookie for each name, domain and path: the sibling's takes the place of the victim's.
    private static void Plant(Browser browser, CookieDomainWorld.Cookies cookies)
    {
        browser.TakeCookie(CookieDomainWorld.Wiki, $"{CookieDomainWorld.Session}={cookies.Key}; Domain=example.com; Path=/; Secure");
        browser.TakeCookie(CookieDomainWorld.Wiki, $"{CookieDomainWorld.Bind}={cookies.Companion}; Domain=example.com; Path=/; Secure");
    }
}
