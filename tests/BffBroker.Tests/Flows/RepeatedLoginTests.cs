using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Flows;

/// <summary>One browser logs in more than once: in many tabs together, or again when it has a session.</summary>
public sealed class RepeatedLoginTests
{
    [Fact]
    public async Task A_hundred_tabs_with_the_login_cookie_all_finish_with_that_one_cookie()
    {
        await using var world = await World.StartAsync();
        await world.Browser.OpenAsync(World.At("/login"));
        var cookie = world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff-login");

        var visits = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => world.Browser.VisitAsync(World.At($"/login?returnUrl=%2Ftab%2F{i}"))));

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"/tab/{i}"), visits.Select(visit => visit.Url.PathAndQuery));
        Assert.Equal(100, world.Amazon.CodeExchanges);
        Assert.Equal(cookie, world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff-login"));
        await world.AssertLoggedInAsync();
    }

    /// <summary>
    /// Each of the forty was given a login cookie of its own, and the browser keeps the last. That tab finishes; the others, once there is a
    /// session, only go where they wanted to go. One that comes back before that gets the page, which looks again by itself.
    /// </summary>
    [Fact]
    public async Task Forty_tabs_without_a_login_cookie_all_end_at_their_return_URL()
    {
        await using var world = await World.StartAsync();

        var visits = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => world.Browser.VisitAsync(World.At($"/login?returnUrl=%2Ftab%2F{i}"))));
        foreach (var (visit, i) in visits.Select((visit, i) => (visit, i)))
        {
            var end = visit;
            while (end.Response.StatusCode == HttpStatusCode.BadRequest)
            {
                Assert.Contains("""<meta http-equiv="refresh" content="3">""", await end.Response.TextAsync(), StringComparison.Ordinal);
                end = await world.Browser.VisitAsync(end.Url);
            }

            Assert.Equal($"/tab/{i}", end.Url.PathAndQuery);
        }

        await world.AssertLoggedInAsync();
    }

    [Fact]
    public async Task A_page_looks_again_for_a_minute_at_most()
    {
        await using var world = await World.StartAsync();
        var callback = await world.LogInUpToCallbackAsync();
        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff-login", null);
        world.Clock.Advance(TimeSpan.FromSeconds(61));

        Assert.DoesNotContain("refresh", await (await world.Browser.OpenAsync(callback)).TextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("08:00:00")]
    [InlineData("00:00:09")]
    public async Task A_new_login_of_the_same_user_lets_the_old_session_finish_and_then_ends_it(string idleTimeout)
    {
        await using var world = await World.StartAsync(("Session:IdleTimeout", idleTimeout));
        await world.LogInAsync();
        var old = world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff");
        await world.LogInAsync();
        var recent = world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff");

        for (var i = 0; i < 2; i++)
        {
            world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", old);
            await world.AssertLoggedInAsync();
            world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", recent);
            await world.AssertLoggedInAsync();
            world.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        await world.AssertLoggedInAsync();
        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", old);
        await world.AssertLoggedOutAsync();
    }

    [Fact]
    public async Task A_new_login_of_another_user_ends_the_old_session_at_once()
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();
        var old = world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff");
        world.Amazon.Simulator.Settings.AutoApprove = "zoe";
        await world.LogInAsync();

        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", old);
        await world.AssertLoggedOutAsync();
    }
}
