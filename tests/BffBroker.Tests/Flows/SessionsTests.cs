using System.Net;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Flows;

/// <summary>A user sees and ends the sessions of all their browsers, and nobody else's.</summary>
public abstract class SessionsTests(RedisServer? redis) : SessionsOfUsers(redis)
{
    [Fact]
    public async Task The_list_has_all_live_sessions_of_the_user_the_newest_first()
    {
        var (first, second) = (await LogInAsync(), await LogInAsync());
        await LogInAsync("kim");

        var sessions = await ListAsync(second);

        Assert.Equal([IdOf(second), IdOf(first)], sessions.Select(session => session.GetProperty("id").GetString()));
        Assert.Equal([true, false], sessions.Select(session => session.GetProperty("current").GetBoolean()));
        Assert.All(sessions, session => Assert.Equal("TestBrowser/1.0", session.GetProperty("userAgent").GetString()));
        Assert.All(sessions, session => Assert.EndsWith("Z", session.GetProperty("createdAt").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_was_last_seen_a_tenth_of_the_idle_timeout_ago_at_most()
    {
        var browser = await LogInAsync();
        var createdAt = (await ListAsync(browser)).Single().GetProperty("createdAt").GetDateTime();

        _world.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(createdAt, (await ListAsync(browser)).Single().GetProperty("lastSeenAt").GetDateTime());

        _world.Clock.Advance(TimeSpan.FromMinutes(2));
        var session = (await ListAsync(browser)).Single();
        Assert.InRange(session.GetProperty("lastSeenAt").GetDateTime() - createdAt, TimeSpan.FromMinutes(61), TimeSpan.FromMinutes(62));
        Assert.Equal(createdAt, session.GetProperty("createdAt").GetDateTime());
    }

    [Fact]
    public async Task A_session_that_a_node_with_a_fast_clock_has_seen_is_in_the_list_and_can_be_ended()
    {
        var (own, other) = (await LogInAsync(), await LogInAsync());
        var store = _world.Broker.Services.GetRequiredService<ISessionStore>();
        await store.TouchAsync(new(IdOf(other)), (await store.LoadAsync(new(IdOf(other))))!.Seen, _world.Clock.GetUtcNow().AddMinutes(5), TimeSpan.FromHours(1));

        Assert.Equal([IdOf(other), IdOf(own)], await IdsAsync(own));
        Assert.Equal(HttpStatusCode.NoContent, (await DeleteAsync(own, $"/sessions/{IdOf(other)}")).StatusCode);
        await AssertIsOverAsync(other);
    }

    [Fact]
    public async Task An_idle_session_is_not_in_the_list()
    {
        var (used, idle) = (await LogInAsync(), await LogInAsync());
        _world.Clock.Advance(TimeSpan.FromHours(9));
        await AssertLivesAsync(used);
        _world.Clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal([IdOf(used)], await IdsAsync(used));
        await AssertIsOverAsync(idle);
    }

    [Fact]
    public async Task A_user_ends_one_of_their_sessions()
    {
        var (own, other) = (await LogInAsync(), await LogInAsync());

        Assert.Equal(HttpStatusCode.NoContent, (await DeleteAsync(own, $"/sessions/{IdOf(other)}")).StatusCode);

        await AssertIsOverAsync(other);
        Assert.Equal([IdOf(own)], await IdsAsync(own));
        Assert.Null(await RecordAsync(other));
        await (await DeleteAsync(own, $"/sessions/{IdOf(other)}")).AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task The_session_of_another_user_is_not_found_and_lives_on()
    {
        var (own, others) = (await LogInAsync(), await LogInAsync("kim"));

        await (await DeleteAsync(own, $"/sessions/{IdOf(others)}")).AssertProblemAsync(HttpStatusCode.NotFound, "not_found");

        await AssertLivesAsync(others);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("%F0%9F%92%A9")]
    public async Task An_id_that_is_none_is_not_found(string id)
    {
        var own = await LogInAsync();

        await (await DeleteAsync(own, $"/sessions/{id}")).AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task An_id_that_is_empty_ends_nothing()
    {
        var (own, other) = (await LogInAsync(), await LogInAsync());

        await (await DeleteAsync(own, "/sessions/")).AssertProblemAsync(HttpStatusCode.NotFound, "not_found");

        await AssertLivesAsync(other);
    }

    [Fact]
    public async Task A_user_ends_all_sessions_but_the_present_one()
    {
        var (own, other, third, others) = (await LogInAsync(), await LogInAsync(), await LogInAsync(), await LogInAsync("kim"));

        var response = await DeleteAsync(own, "/sessions");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Empty(response.SetCookies());
        await AssertIsOverAsync(other);
        await AssertIsOverAsync(third);
        await AssertLivesAsync(own);
        await AssertLivesAsync(others);
    }

    [Fact]
    public async Task Without_a_session_there_is_nothing_to_see_and_nothing_to_end()
    {
        using var browser = _world.NewBrowser();

        await (await browser.FetchAsync(HttpMethod.Get, World.At("/sessions"))).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        await (await DeleteAsync(browser, "/sessions")).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        await (await DeleteAsync(browser, "/sessions/x")).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        Assert.Equal(HttpStatusCode.NoContent, (await browser.FetchAsync(HttpMethod.Post, World.At("/logout?everywhere=true"))).StatusCode);
    }

    public sealed class InMemory() : SessionsTests(null);

    public sealed class InRedis(RedisServer redis) : SessionsTests(redis);
}
