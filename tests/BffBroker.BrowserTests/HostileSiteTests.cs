using BffBroker.BrowserTests.Support;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests;

/// <summary>
/// A user who is signed in comes to somebody else's site: one of another domain, or one beside ours, whose requests carry the session cookie.
/// Whatever it tries, nothing changes and it reads nothing.
/// </summary>
public sealed class HostileSiteTests(RealBrowser browser)
{
    /// <summary>The scripts of the folder Attacks.</summary>
    public static MatrixTheoryData<string, string> Attacks => new(HostileScene.Hosts, ["fetches", "loads", "frames", "forms"]);

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Whatever_its_scripts_try_they_read_nothing_and_change_nothing(string host, string attack)
    {
        await using var scene = await HostileScene.StartAsync(browser, host);

        Assert.Empty(await scene.AttackAsync(attack));

        foreach (var frame in scene.Evil.Frames.Where(frame => frame.Url.Contains(HostileScene.Ours, StringComparison.Ordinal)))
        {
            // Nobody but the user could read it, and even they are shown no more than a refusal.
            Assert.Matches("^$|cross_site_request|navigation_required|not_found|method_not_allowed|gateway_not_configured", await frame.Locator("body").InnerTextAsync());
        }

        await scene.AssertNothingHasChangedAsync();
    }
}
