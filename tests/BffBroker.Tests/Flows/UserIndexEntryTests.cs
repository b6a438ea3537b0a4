using System.Net;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Flows;

/// <summary>What the index says of a user's sessions, and what becomes of an entry that is wrong.</summary>
public abstract class UserIndexEntryTests(RedisServer? redis) : SessionsOfUsers(redis)
{
    [Fact]
    public async Task An_entry_without_a_record_is_not_shown_and_is_swept_once_no_login_can_be_under_way()
    {
        var own = await LogInAsync();
        var index = _world.Broker.Services.GetRequiredService<IUserIndex>();
        var (user, dead) = (await UserAsync(own), await LogInAsync());
        await _world.Broker.Services.GetRequiredService<ISessionStore>().DeleteAsync(new(IdOf(dead)));

        Assert.Equal([IdOf(own)], await IdsAsync(own));
        await (await DeleteAsync(own, $"/sessions/{IdOf(dead)}")).AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(2, (await index.LoadAsync(user)).Count);

        _world.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal([IdOf(own)], await IdsAsync(own));
        Assert.Equal([new SessionHandle(IdOf(own))], (await index.LoadAsync(user)).Keys);
    }

    [Fact]
    public async Task An_entry_that_was_lost_is_back_when_its_session_is_used()
    {
        var (own, other) = (await LogInAsync(), await LogInAsync());
        await _world.Broker.Services.GetRequiredService<IUserIndex>().RemoveAsync(await UserAsync(own), [new(IdOf(other))]);
        Assert.Equal([IdOf(own)], await IdsAsync(own));

        _world.Clock.Advance(TimeSpan.FromMinutes(61));
        await AssertLivesAsync(other);

        Assert.Equal([IdOf(other), IdOf(own)], await IdsAsync(own));
        Assert.Equal("TestBrowser/1.0", (await ListAsync(own))[0].GetProperty("userAgent").GetString());
    }

    [Fact]
    public async Task An_entry_copied_to_another_user_or_session_does_not_count()
    {
        var (own, others) = (await LogInAsync(), await LogInAsync("kim"));
        var index = _world.Broker.Services.GetRequiredService<IUserIndex>();
        var stolen = (await index.LoadAsync(await UserAsync(others))).Single();
        await index.AddAsync(await UserAsync(own), stolen.Key, stolen.Value, TimeSpan.FromHours(1));

        Assert.Equal([IdOf(own)], await IdsAsync(own));
        await (await DeleteAsync(own, $"/sessions/{IdOf(others)}")).AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        await AssertLivesAsync(others);
    }

    [Fact]
    public async Task A_session_that_Amazon_has_ended_leaves_no_entry()
    {
        var (own, other) = (await LogInAsync(), await LogInAsync());
        _world.Clock.Advance(TimeSpan.FromMinutes(61));
        _world.Amazon.Simulator.RevokeGrants("ada");
        await AssertIsOverAsync(other);

        Assert.Equal([new SessionHandle(IdOf(own))], (await _world.Broker.Services.GetRequiredService<IUserIndex>().LoadAsync(await UserAsync(own))).Keys);
    }

    [Fact]
    public async Task A_user_agent_is_kept_within_bounds()
    {
        var browser = NewBrowser($"<script>{new string('x', 5000)}");
        await browser.VisitAsync(World.At("/login"));

        var userAgent = (await ListAsync(browser)).Single().GetProperty("userAgent").GetString()!;

        Assert.StartsWith("<script>xxx", userAgent, StringComparison.Ordinal);
        Assert.Equal(256, userAgent.Length);
    }

    public sealed class InMemory() : UserIndexEntryTests(null);

    public sealed class InRedis(RedisServer redis) : UserIndexEntryTests(redis);
}
