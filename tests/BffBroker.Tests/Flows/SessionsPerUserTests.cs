using System.Net;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Flows;

/// <summary>Of more sessions than a user may have the oldest ends, and no other.</summary>
public abstract class SessionsPerUserTests(RedisServer? redis) : SessionsOfUsers(redis)
{
    [Fact]
    public async Task The_oldest_session_of_a_user_who_has_too_many_ends()
    {
        var browsers = new List<Browser>();
        for (var i = 0; i < 5; i++)
        {
            browsers.Add(await LogInAsync());
        }

        await AssertIsOverAsync(browsers[0]);
        Assert.Equal(browsers.Skip(1).Select(IdOf).Reverse(), await IdsAsync(browsers[4]));
    }

    [Fact]
    public async Task Logins_that_finish_together_end_no_more_sessions_than_are_too_many()
    {
        var beginning = _world.Broker.Services.GetRequiredService<SessionBeginning>();
        var users = _world.Broker.Services.GetRequiredService<UserSessions>();
        var sessions = new List<OpenSession>();
        for (var i = 0; i < 5; i++)
        {
            _world.Clock.Advance(TimeSpan.FromMilliseconds(5));
            sessions.Add((await beginning.BeginAsync(new("amzn1.account.ADA", null, null), Scopes.None, new(new("Atza|1"), null, _world.Clock.GetUtcNow(), _world.Clock.GetUtcNow())))!);
        }

        foreach (var session in sessions)
        {
            await users.EvictAsync(session);
        }

        Assert.Equal(sessions.Skip(1).Reverse().Select(session => session.Handle), (await users.ListAsync("amzn1.account.ADA")).Select(session => session.Handle));
    }

    [Fact]
    public async Task Tabs_of_one_browser_that_finish_together_count_as_one_session()
    {
        var others = new[] { await LogInAsync(), await LogInAsync(), await LogInAsync() };
        var browser = NewBrowser("TestBrowser/1.0");
        var callbacks = new List<Uri>();
        for (var tab = 0; tab < 7; tab++)
        {
            callbacks.Add((await browser.VisitAsync(World.At("/login"), stopBefore: url => url.AbsolutePath == "/callback")).Url);
        }

        var tabs = new List<string>();
        foreach (var callback in callbacks)
        {
            browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", null); // none of them has seen another's answer
            await browser.OpenAsync(callback);
            tabs.Add(browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")!);
        }

        Assert.Equal(10, (await ListAsync(browser)).Count);
        foreach (var tab in tabs)
        {
            browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", tab);
            await AssertLivesAsync(browser);
        }

        await Task.WhenAll(others.Select(AssertLivesAsync));

        _world.Clock.Advance(TimeSpan.FromSeconds(61));
        await browser.VisitAsync(World.At("/login"));
        Assert.Equal(4, (await ListAsync(browser)).Count);
    }

    [Fact]
    public async Task A_login_at_a_node_whose_clock_is_behind_does_not_end_itself()
    {
        for (var i = 0; i < 4; i++)
        {
            await LogInAsync();
        }

        _world.Clock.Advance(TimeSpan.FromHours(-1));
        var newest = await LogInAsync();

        Assert.Contains(IdOf(newest), await IdsAsync(newest));
    }

    [Fact]
    public async Task A_login_that_replaces_a_session_costs_no_other_one()
    {
        var browsers = new List<Browser>();
        for (var i = 0; i < 4; i++)
        {
            browsers.Add(await LogInAsync());
        }

        await browsers[3].VisitAsync(World.At("/login"));

        Assert.All(await Task.WhenAll(browsers.Select(browser => browser.FetchAsync(HttpMethod.Get, World.At("/me")))), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    public sealed class InMemory() : SessionsPerUserTests(null);

    public sealed class InRedis(RedisServer redis) : SessionsPerUserTests(redis);
}
