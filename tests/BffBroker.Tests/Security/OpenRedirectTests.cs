using BffBroker.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace BffBroker.Tests.Security;

/// <summary>Judged by the URL parser of browsers on what is really sent, at every request whose return URL becomes a Location.</summary>
public sealed class OpenRedirectTests
{
    [Fact]
    public async Task The_judge_sees_what_a_browser_sees()
    {
        string[] locations = ["/x", "//evil.example", "/\\evil.example", "/\t/evil.example", "https:evil.example", "https://app.example.com@evil.example", "javascript:alert(1)", "https://[", "/..//evil.example/"];

        Assert.Equal(
            [
                "https://app.example.com", "https://evil.example", "https://evil.example", "https://evil.example", "https://app.example.com", "https://evil.example", "javascript:alert(1)",
                "nowhere", "https://evil.example/",
            ],
            await WhatwgUrl.OriginsAsync(locations.Select(location => (location, "https://app.example.com/callback"))));
    }

    [Fact]
    public async Task No_known_trick_leads_a_browser_away()
    {
        await using var rig = await RedirectRig.StartAsync();
        Assert.True(ReturnUrlAttacks.All.Count >= 400);

        var redirections = await FollowAsync(rig, ReturnUrlAttacks.All);

        await AssertNobodyLeavesAsync(redirections);
        Assert.Contains(redirections, redirection => redirection is { By: "login", Location: "/orders?page=2#top" });
        Assert.Contains(redirections, redirection => redirection is { By: "failed login", Location: "https://wiki.example.com?login_error=access_denied" });
        Assert.Contains(redirections, redirection => redirection is { By: "logout by form", Location: "https://spa.example.com:8443" });
    }

    [Fact]
    public async Task No_generated_return_URL_leads_a_browser_away()
    {
        string[] pieces =
        [
            "/", "\\", ".", "..", "%2e", "%2f", "%5c", "%", "@", ":", "?", "#", ";", "&", "=", "\t", "\n", " ", "\0", "\u00a0", "\u3000", "\uff0f", "\uff3c", "\ud800", "https:", "https://", "http://",
            "evil.example", "app.example.com", "javascript:", "a", "\u00e9", "443", "8443", "[::1]", "login_error=", .. RedirectRig.Origins,
        ];
        var returnUrl = Gen.Elements(["/", "/", "", .. RedirectRig.Origins]).SelectMany(start => Gen.Elements(pieces).ArrayOf().Select(rest => start + string.Concat(rest)));
        await using var rig = await RedirectRig.StartAsync();

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(8).WithStartSize(4).WithEndSize(12),
            Prop.ForAll(returnUrl.ArrayOf(60).ToArbitrary(), batch => Task.Run(async () =>
                await AssertNobodyLeavesAsync(await FollowAsync(rig, batch.Select(Uri.EscapeDataString)))).GetAwaiter().GetResult()));
    }

    private static async Task<IReadOnlyList<Redirection>> FollowAsync(RedirectRig rig, IEnumerable<string> returnUrls)
    {
        var all = new List<Redirection>();
        foreach (var returnUrl in returnUrls)
        {
            all.AddRange(await rig.FollowAsync(returnUrl));
        }

        return all;
    }

    private static async Task AssertNobodyLeavesAsync(IReadOnlyList<Redirection> redirections)
    {
        var origins = await WhatwgUrl.OriginsAsync(redirections.Select(redirection => (redirection.Location, RedirectRig.Origins[0] + "/callback")));

        Assert.Equal(redirections.Count, origins.Count);
        Assert.All(redirections.Zip(origins), end => Assert.True(RedirectRig.Origins.Contains(end.Second), $"{end.First} leads to {end.Second}"));
        Assert.All(redirections, redirection => Assert.All(redirection.Location, character => Assert.InRange(character, '!', '~')));
    }
}
