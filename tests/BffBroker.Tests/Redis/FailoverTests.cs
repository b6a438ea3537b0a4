using AmazonSimulator;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace BffBroker.Tests.Redis;

/// <summary>A replica that lags behind takes over: Redis suddenly has what it had a moment ago. Played by putting it back.</summary>
public sealed class FailoverTests(RedisServer redis)
{
    private SessionHandle _loggedOut;

    [Fact]
    public async Task An_old_token_is_not_used_and_the_new_one_is_put_back()
    {
        await using var world = await StartAsync();
        await RefreshAndLoseItAsync(world);

        await world.AssertLoggedInAsync();

        Assert.Equal(1, world.Amazon.Refreshes);
        await Wait.UntilAsync(async () => (await world.RecordAsync())!.Generation == 2, "the new token to be put back");
    }

    [Fact]
    public async Task A_new_token_is_put_back_without_a_request_once_the_connection_was_lost()
    {
        await using var world = await StartAsync();
        await RefreshAndLoseItAsync(world);

        world.Broker.Services.GetRequiredService<StoreSignals>().Interrupted();

        await Wait.UntilAsync(async () => (await world.RecordAsync())!.Generation == 2, "the new token to be put back");
    }

    [Fact]
    public async Task An_ended_session_is_not_served_and_ended_again()
    {
        await using var world = await StartAsync();
        var (cookie, key) = await LogOutAndLoseItAsync(world);
        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", cookie);

        await world.AssertLoggedOutAsync();

        await Wait.UntilAsync(async () => !await redis.Database.KeyExistsAsync(key), "the session to be ended again");
    }

    [Fact]
    public async Task An_ended_session_is_ended_again_without_a_request_once_the_connection_was_lost()
    {
        await using var world = await StartAsync();
        var (_, key) = await LogOutAndLoseItAsync(world);

        world.Broker.Services.GetRequiredService<StoreSignals>().Interrupted();

        await Wait.UntilAsync(async () => !await redis.Database.KeyExistsAsync(key), "the session to be ended again");
    }

    [Fact]
    public async Task What_another_node_has_saved_since_is_left_alone()
    {
        await using var world = await StartAsync();
        await world.LogInAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(61));
        await world.AssertLoggedInAsync();
        var vault = world.Broker.Services.GetRequiredService<SessionVault>();
        var session = Assert.IsType<SessionLookup.Found>(await vault.FindAsync(world.SessionKey)).Session;
        await using var second = await world.StartNodeAsync();
        var newer = session.Session with { Tokens = session.Tokens with { AccessToken = new("Atza|newer") } };
        Assert.NotNull(await second.Services.GetRequiredService<SessionVault>().SaveAsync(session, newer));

        world.Broker.Services.GetRequiredService<StoreSignals>().Interrupted();
        await Wait.UntilAsync(() => world.Broker.Services.GetRequiredService<RecentWrites>().Doubtful.Count == 0, "the node to have looked");

        Assert.Equal("Atza|newer", Assert.IsType<SessionLookup.Found>(await vault.FindAsync(world.SessionKey)).Session.Tokens.AccessToken.Value);
    }

    [Fact]
    public async Task After_a_minute_what_Redis_has_counts_alone()
    {
        await using var world = await StartAsync();
        await LogOutAndLoseItAsync(world);
        var writes = world.Broker.Services.GetRequiredService<RecentWrites>();
        Assert.NotNull(writes.Find(_loggedOut));

        world.Clock.Advance(TimeSpan.FromSeconds(61));
        world.Broker.Services.GetRequiredService<StoreSignals>().Interrupted();

        Assert.Empty(writes.Doubtful);
        Assert.Null(writes.Find(_loggedOut));
    }

    private async Task<World> StartAsync()
    {
        var world = await World.StartAsync(redis);
        world.Amazon.Simulator.Settings.RefreshMode = RefreshMode.NewTokenOldDies;
        world.Amazon.Simulator.Settings.ReuseDetection = true;
        return world;
    }

    private async Task RefreshAndLoseItAsync(World world)
    {
        await world.LogInAsync();
        var before = await redis.Database.HashGetAllAsync(world.RecordKey);
        world.Clock.Advance(TimeSpan.FromMinutes(61));
        await world.AssertLoggedInAsync();
        await redis.Database.HashSetAsync(world.RecordKey, before);
    }

    private async Task<(string? Cookie, RedisKey Key)> LogOutAndLoseItAsync(World world)
    {
        await world.LogInAsync();
        var (cookie, key) = (world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"), world.RecordKey);
        _loggedOut = SessionHandle.Of(world.SessionKey);
        var before = await redis.Database.HashGetAllAsync(key);
        await world.PostAsync("/logout");
        await redis.Database.HashSetAsync(key, before);
        return (cookie, key);
    }
}
