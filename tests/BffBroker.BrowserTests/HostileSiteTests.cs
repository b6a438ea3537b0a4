using BffBroker.BrowserTests.Support;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests;

/// <summary>
/// A user who is signed in comes to somebody else's site: one of another domain, or one beside ours, whose requests carry the session cookie.
/// Whatever it tries, nothing changes and it reads nothing.
/// </summary>
public sealed class HostileSiteTests(RealBrowser browser)
{
    private const string Ours = "app.shop.example";

    private static readonly string[] Paths =
    [
        "/me", "/session", "/sessions", "/sessions/{id}", "/logout", "/logout?everywhere=true", "/login", "/login?returnUrl=/&scope=postal_code", "/callback", "/callback?error=access_denied",
        "/auth/nginx", "/auth/forward", "/api/orders", "/",
    ];

    private static readonly string[] TheirHosts = ["evil.example", "blog.shop.example", "shop.example"];

    public static TheoryData<string> Hosts => [.. TheirHosts];

    /// <summary>The scripts of the folder Attacks.</summary>
    public static MatrixTheoryData<string, string> Attacks => new(TheirHosts, ["fetches", "loads", "frames", "forms"]);

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Whatever_its_scripts_try_they_read_nothing_and_change_nothing(string host, string attack)
    {
        await using var scene = await HostileScene.StartAsync(browser, Ours, host);

        Assert.Empty(await scene.AttackAsync(attack, Paths));

        foreach (var frame in scene.Evil.Frames.Where(frame => frame.Url.Contains(Ours, StringComparison.Ordinal)))
        {
            // Nobody but the user could read it, and even they are shown no more than a refusal.
            Assert.Matches("^$|cross_site_request|navigation_required|not_found|method_not_allowed|gateway_not_configured", await frame.Locator("body").InnerTextAsync());
        }

        await scene.AssertNothingHasChangedAsync();
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Its_windows_and_top_level_forms_show_it_nothing_and_end_no_session(string host)
    {
        await using var scene = await HostileScene.StartAsync(browser, Ours, host);

        foreach (var path in Paths.Where(path => !path.StartsWith("/login", StringComparison.Ordinal)))
        {
            foreach (var way in new[] { "open", "post", "bounced post" })
            {
                Assert.True(await scene.IsKeptFromWindowAsync(path, way), $"{way} {path}");
            }
        }

        await scene.AssertStillSignedInAsync("session");
    }

    /// <summary>Any link may begin a login. Amazon knows who is there, and nobody else comes of it.</summary>
    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_login_that_it_begins_is_the_users_own_and_shows_it_nothing(string host)
    {
        await using var scene = await HostileScene.StartAsync(browser, Ours, host);

        Assert.True(await scene.IsKeptFromWindowAsync("/login?returnUrl=/session", "open"));

        await scene.AssertStillSignedInAsync("user");
    }

    [Fact]
    public async Task A_link_with_somebody_elses_login_changes_nothing_for_who_is_signed_in()
    {
        await using var scene = await HostileScene.StartAsync(browser, Ours, "evil.example");
        var bait = await scene.CallbackOfSomebodyElseAsync("Kim Nomail");

        await scene.Evil.GotoAsync(bait);

        await scene.AssertStillSignedInAsync("session");
    }

    [Fact]
    public async Task A_link_with_somebody_elses_login_signs_nobody_in()
    {
        await using var sandbox = await SandboxServer.StartAsync("https", Ours);
        await using var victim = await Visitor.ArriveAsync(browser, sandbox);
        await victim.SignInButton.ClickAsync(); // so that there is a login of her own, too
        await using var attacker = await Visitor.ArriveAsync(browser, sandbox);
        var bait = await attacker.CallbackOfALoginAsync("Kim Nomail");

        Assert.Equal(400, (await victim.Page.GotoAsync(bait))!.Status);
        await victim.OpenAsync("/");
        Assert.Equal("""{"authenticated":false}""", await victim.FetchAsync("/session"));
    }
}
