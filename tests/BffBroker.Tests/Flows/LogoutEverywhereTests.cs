using System.Net;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Flows;

/// <summary><c>POST /logout?everywhere=true</c>.</summary>
public abstract class LogoutEverywhereTests(RedisServer? redis) : SessionsOfUsers(redis)
{
    [Fact]
    public async Task A_logout_everywhere_ends_all_sessions_of_the_user_and_clears_the_cookie()
    {
        var (own, other, others) = (await LogInAsync(), await LogInAsync(), await LogInAsync("kim"));
        var cookie = own.Cookie(BrokerServer.PublicUrl, "__Host-bff");

        var response = await own.FetchAsync(HttpMethod.Post, World.At("/logout?everywhere=true"));

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.True(response.SetCookies().Single().IsGone);
        own.SetCookie(BrokerServer.PublicUrl, "__Host-bff", cookie);
        await AssertIsOverAsync(own);
        await AssertIsOverAsync(other);
        await AssertLivesAsync(others);
    }

    [Fact]
    public async Task A_logout_everywhere_reaches_a_session_that_was_just_replaced()
    {
        var browser = await LogInAsync();
        using var thief = _world.NewBrowser();
        thief.SetCookie(BrokerServer.PublicUrl, "__Host-bff", browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));
        await browser.VisitAsync(World.At("/login"));
        await AssertLivesAsync(thief);
        Assert.Equal([IdOf(browser)], await IdsAsync(browser));

        await browser.FetchAsync(HttpMethod.Post, World.At("/logout?everywhere=true"));

        await AssertIsOverAsync(thief);
    }

    [Theory]
    [InlineData("?everywhere=1")]
    [InlineData("?everywhere=")]
    [InlineData("?everywhere=true&everywhere=true")]
    [InlineData("?everywhere=false&everywhere=true")]
    public async Task A_logout_that_may_mean_everywhere_is_refused_and_ends_nothing(string query)
    {
        var browser = await LogInAsync();

        var response = await browser.FetchAsync(HttpMethod.Post, World.At("/logout" + query));

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Empty(response.SetCookies());
        await AssertLivesAsync(browser);
    }

    [Fact]
    public async Task A_logout_not_everywhere_leaves_the_other_browsers_alone()
    {
        var (own, other) = (await LogInAsync(), await LogInAsync());

        await own.FetchAsync(HttpMethod.Post, World.At("/logout?everywhere=false"));

        Assert.Equal([IdOf(other)], await IdsAsync(other));
    }

    [Fact]
    public async Task A_logout_everywhere_of_a_session_that_does_not_open_says_so_and_ends_nothing()
    {
        var (own, other) = (await LogInAsync(), await LogInAsync());
        var (store, handle) = (_world.Broker.Services.GetRequiredService<ISessionStore>(), new SessionHandle(IdOf(own)));
        await store.SaveAsync(handle, 1, 2, [1, 2, 3]);

        var response = await own.FetchAsync(HttpMethod.Post, World.At("/logout?everywhere=true"));

        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.Empty(response.SetCookies());
        await AssertLivesAsync(other);
        Assert.Equal(HttpStatusCode.NoContent, (await own.FetchAsync(HttpMethod.Post, World.At("/logout"))).StatusCode);
        Assert.Null(await store.LoadAsync(handle));
    }

    public sealed class InMemory() : LogoutEverywhereTests(null);

    public sealed class InRedis(RedisServer redis) : LogoutEverywhereTests(redis);
}
