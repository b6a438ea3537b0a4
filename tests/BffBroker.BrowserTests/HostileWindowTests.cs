using BffBroker.BrowserTests.Support;

namespace BffBroker.BrowserTests;

/// <summary>Somebody else's site opens ours in a window of its own, or sends a user there by a link.</summary>
public sealed class HostileWindowTests(RealBrowser browser)
{
    public static TheoryData<string> Hosts => [.. HostileScene.Hosts];

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Its_windows_and_top_level_forms_show_it_nothing_and_end_no_session(string host)
    {
        await using var scene = await HostileScene.StartAsync(browser, host);

        foreach (var path in HostileScene.Paths.Where(path => !path.StartsWith("/login", StringComparison.Ordinal)))
        {
            foreach (var way in new[] { "open", "post", "bounced post" })
            {
                Assert.True(await scene.IsKeptFromWindowAsync(path, way), $"{way} {path}");
            }
        }

        await scene.AssertSameSessionAsync();
    }

    /// <summary>Any link may begin a login. Amazon knows who is there, and nobody else comes of it.</summary>
    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_login_that_it_begins_is_the_users_own_and_shows_it_nothing(string host)
    {
        await using var scene = await HostileScene.StartAsync(browser, host);

        Assert.True(await scene.IsKeptFromWindowAsync("/login?returnUrl=/session", "open"));

        await scene.AssertSameUserAsync();
    }

    [Fact]
    public async Task A_link_with_somebody_elses_login_changes_nothing_for_who_is_signed_in()
    {
        await using var scene = await HostileScene.StartAsync(browser, "evil.example");
        var bait = await scene.CallbackOfSomebodyElseAsync("Kim Nomail");

        await scene.Evil.GotoAsync(bait);

        await scene.AssertSameSessionAsync();
    }

    [Fact]
    public async Task A_link_with_somebody_elses_login_signs_nobody_in()
    {
        await using var sandbox = await SandboxServer.StartAsync("https", HostileScene.Ours);
        await using var victim = await Visitor.ArriveAsync(browser, sandbox);
        await victim.SignInButton.ClickAsync(); // so that there is a login of her own, too
        await using var attacker = await Visitor.ArriveAsync(browser, sandbox);
        var bait = await attacker.CallbackOfALoginAsync("Kim Nomail");

        Assert.Equal(400, (await victim.Page.GotoAsync(bait))!.Status);
        await victim.OpenAsync("/");
        Assert.Equal("""{"authenticated":false}""", await victim.FetchAsync("/session"));
    }
}
