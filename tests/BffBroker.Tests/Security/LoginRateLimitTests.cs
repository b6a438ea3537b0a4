using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

public sealed class LoginRateLimitTests
{
    private static readonly (string, string) Three = ("RateLimit:LoginsPerMinute", "3");
    private static readonly (string, string)[] Opened = [("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")];

    [Fact]
    public async Task The_fourth_login_of_a_minute_waits_for_the_next()
    {
        await using var world = await World.StartAsync(Three);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.Found, (await world.Browser.OpenAsync(World.At("/login"))).StatusCode);
        }

        world.Clock.Advance(TimeSpan.FromSeconds(20));
        var refused = await world.Browser.OpenAsync(World.At("/login"));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 30, 40);
        Assert.Empty(refused.SetCookies());

        world.Clock.Advance(refused.Headers.RetryAfter.Delta.Value);
        Assert.Equal(HttpStatusCode.Found, (await world.Browser.OpenAsync(World.At("/login"))).StatusCode);
    }

    [Fact]
    public async Task Whoever_navigates_sees_a_page_and_a_program_gets_a_problem()
    {
        await using var world = await World.StartAsync(("RateLimit:LoginsPerMinute", "1"));
        await world.Browser.OpenAsync(World.At("/login"));

        await world.Browser.OpenAsync(World.At("/callback"));

        foreach (var path in new[] { "/login", "/callback" })
        {
            var page = await world.Browser.OpenAsync(World.At(path));
            Assert.Equal(HttpStatusCode.TooManyRequests, page.StatusCode);
            Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
            Assert.NotNull(page.Headers.RetryAfter);

            var json = await world.Browser.SendAsync(HttpMethod.Get, World.At(path), headers: [("Accept", "application/json")]);
            await json.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
            Assert.NotNull(json.Headers.RetryAfter);
        }
    }

    /// <summary>Or any page could lock a whole office out, with pictures of these URLs.</summary>
    [Theory]
    [InlineData("/login")]
    [InlineData("/login?returnUrl=%2F%2Fevil.example")]
    [InlineData("/callback")]
    [InlineData("/callback?code=ANabcdefghijklmnopqr&state=forged")]
    public async Task What_no_browser_opens_as_a_page_is_refused_and_does_not_count(string path)
    {
        await using var world = await World.StartAsync(Three);
        using var visitor = world.NewBrowser();
        foreach (var request in BrowserRequest.All.Where(request => !request.IsNavigation))
        {
            var refused = await visitor.SendAsync(HttpMethod.Get, World.At(path), headers: request.Headers);
            await refused.AssertProblemAsync(HttpStatusCode.BadRequest, "navigation_required");
        }

        await world.LogInAsync();
    }

    [Theory]
    [InlineData("returnUrl=%2F%2Fevil.example")]
    [InlineData("scope=unheard_of")]
    [InlineData("login_error=access_denied")]
    public async Task A_call_of_login_that_begins_none_does_not_count(string query)
    {
        await using var world = await World.StartAsync(Three);
        for (var i = 0; i < 10; i++)
        {
            var refused = await world.Browser.OpenAsync(World.At($"/login?{query}"));
            Assert.InRange(refused.StatusCode, HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized);
        }

        await world.LogInAsync();
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("forged")]
    [InlineData("expired")]
    [InlineData("used")]
    [InlineData("foreign")]
    [InlineData("malformed")]
    public async Task A_callback_that_is_refused_counts(string flaw)
    {
        await using var world = await World.StartAsync(("RateLimit:LoginsPerMinute", "4"));
        var callback = await FlawedAsync(world, flaw);

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await world.Browser.OpenAsync(callback)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await world.Browser.OpenAsync(callback)).StatusCode);
        Assert.Equal(flaw == "used" ? 1 : 0, world.Amazon.CodeExchanges);
        await world.LogInAsync(); // other people of this address are not kept from it
    }

    /// <summary>A page may have its visitor's browser open whatever it likes, again and again.</summary>
    [Theory]
    [InlineData("/login", "cross-site")]
    [InlineData("/login", "same-site")]
    [InlineData("/callback?code=ANabcdefghijklmnopqr&state=forged", "cross-site")]
    public async Task What_another_sites_page_opens_by_itself_is_limited_and_keeps_nobody_from_a_login(string path, string fetchSite)
    {
        await using var world = await World.StartAsync(Three);
        using var visitor = world.NewBrowser();
        for (var i = 0; i < 4; i++)
        {
            var answer = await visitor.SendAsync(HttpMethod.Get, World.At(path), headers: [.. Opened, ("Sec-Fetch-Site", fetchSite)]);
            Assert.Equal(i == 3, answer.StatusCode == HttpStatusCode.TooManyRequests);
        }

        await world.LogInAsync();
    }

    /// <summary>After one click in a page, a browser takes whatever the page opens for the user's doing.</summary>
    [Fact]
    public async Task A_click_in_another_sites_page_makes_no_difference()
    {
        await using var world = await World.StartAsync(Three);
        using var visitor = world.NewBrowser();
        for (var i = 0; i < 4; i++)
        {
            var answer = await visitor.SendAsync(HttpMethod.Get, World.At("/login"), headers: [.. Opened, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-User", "?1"), ("Referer", "https://evil.example/")]);
            Assert.Equal(i == 3, answer.StatusCode == HttpStatusCode.TooManyRequests);
        }

        await world.LogInAsync();
    }

    [Theory]
    [InlineData("https://spa.example.com/page?a", true)]
    [InlineData("http://localhost:8080/", true)]
    [InlineData("https://spa.example.com.evil.example/", false)]
    [InlineData("https://wiki.example.com/", false)]
    [InlineData(null, false)]
    public async Task A_page_of_an_allowed_origin_is_no_other_site_s(string? referer, bool isOurs)
    {
        await using var world = await World.StartAsync(("RateLimit:LoginsPerMinute", "1"), ("Broker:AllowedOrigins:0", "https://spa.example.com"));
        using var visitor = world.NewBrowser();
        await visitor.SendAsync(HttpMethod.Get, World.At("/login"), headers: [.. Opened, ("Sec-Fetch-Site", "same-site")]);

        var answer = await visitor.SendAsync(HttpMethod.Get, World.At("/login"), headers: [.. Opened, ("Sec-Fetch-Site", "same-site"), .. referer is null ? [] : new[] { ("Referer", referer) }]);

        Assert.Equal(isOurs ? HttpStatusCode.Found : HttpStatusCode.TooManyRequests, answer.StatusCode);
    }

    [Fact]
    public async Task A_login_under_way_is_finished_however_many_callbacks_others_forge()
    {
        await using var world = await World.StartAsync(Three);
        var callback = await world.LogInUpToCallbackAsync("/login?returnUrl=%2Fx");
        using var attacker = world.NewBrowser();
        for (var i = 0; i < 9; i++)
        {
            await attacker.OpenAsync(World.At("/callback?code=ANabcdefghijklmnopqr&state=forged"));
        }

        var finished = await world.Browser.OpenAsync(callback);

        Assert.Equal("/x", finished.Headers.Location?.OriginalString);
        await world.AssertLoggedInAsync();
        Assert.Equal("/x", (await world.Browser.OpenAsync(callback)).Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Nothing_but_logins_is_limited()
    {
        await using var world = await World.StartAsync(("RateLimit:LoginsPerMinute", "1"));
        await world.LogInAsync();

        for (var i = 0; i < 20; i++)
        {
            await world.AssertLoggedInAsync();
        }
    }

    private static async Task<Uri> FlawedAsync(World world, string flaw)
    {
        if (flaw is "missing" or "forged")
        {
            return World.At("/callback?code=ANabcdefghijklmnopqr" + (flaw == "forged" ? "&state=CfDJ8forged" : ""));
        }

        var callback = await world.LogInUpToCallbackAsync();
        switch (flaw)
        {
            case "used":
                await world.Browser.OpenAsync(callback);
                world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", null);
                break;
            case "foreign":
                world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff-login", null);
                break;
            case "expired":
                world.Clock.Advance(TimeSpan.FromSeconds(601));
                await world.Browser.OpenAsync(World.At("/login")); // the minute of the other one is over
                break;
            default:
                return new(callback + "&code=ANabcdefghijklmnopqr");
        }

        return callback;
    }
}
