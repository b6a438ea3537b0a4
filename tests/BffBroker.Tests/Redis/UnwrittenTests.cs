using System.Net;
using AmazonSimulator;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Redis;

/// <summary>What a node has from Amazon, and Redis does not take.</summary>
public sealed class UnwrittenTests
{
    [Fact]
    public async Task A_logout_wins_over_a_token_that_could_not_be_saved()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", redis.ConnectionString));
        await using var second = await world.StartNodeAsync();
        using var other = await LogInAsync(world, second);
        var key = world.SessionKey;
        Assert.Equal(HttpStatusCode.OK, (await await RefreshAsync(world, () => redis.CommandAsync("CONFIG", "SET", "maxmemory", "1"))).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await other.FetchAsync(HttpMethod.Post, World.At("/logout"))).StatusCode); // deleting needs no memory
        await world.AssertLoggedOutAsync();

        await redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        await Wait.UntilAsync(() => !world.Broker.Services.GetRequiredService<RecentWrites>().HasUnwritten, "the token to be given up");
        await world.AssertLoggedOutAsync();
        Assert.Null(await world.Broker.Services.GetRequiredService<ISessionStore>().LoadAsync(SessionHandle.Of(key)));
    }

    [Fact]
    public async Task A_token_that_Amazon_rejects_is_not_sent_again_while_Redis_cannot_end_its_session()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", redis.ConnectionString));
        await world.LogInAsync();
        world.Amazon.Simulator.RevokeGrants("ada");

        var me = await RefreshAsync(world, () => redis.CommandAsync("CONFIG", "SET", "min-replicas-to-write", "1"));

        await (await me).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        await world.AssertLoggedOutAsync();
        Assert.NotNull(await world.RecordAsync());
        await redis.CommandAsync("CONFIG", "SET", "min-replicas-to-write", "0");
        await Wait.UntilAsync(async () => await world.RecordAsync() is null, "the session to be ended in Redis");
        Assert.Equal(1, world.Amazon.Refreshes);
    }

    private static async Task<Browser> LogInAsync(World world, BrokerServer second)
    {
        world.Amazon.Simulator.Settings.RefreshMode = RefreshMode.NewTokenOldDies;
        world.Amazon.Simulator.Settings.ReuseDetection = true;
        await world.LogInAsync();
        var other = world.NewTwin(second);
        Assert.Equal(HttpStatusCode.OK, (await other.FetchAsync(HttpMethod.Get, World.At("/me"))).StatusCode);
        return other;
    }

    /// <summary>Asks with an expired token, and does something to Redis between Amazon's answer and the save.</summary>
    private static async Task<Task<HttpResponseMessage>> RefreshAsync(World world, Func<Task> between)
    {
        world.Clock.Advance(TimeSpan.FromMinutes(61));
        var answer = new TaskCompletionSource();
        world.Amazon.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task));
        var me = world.GetAsync("/me");
        await world.Amazon.Simulator.Calls.WaitForAsync(Operation.Refresh, 1, TestContext.Current.CancellationToken);
        await between();
        answer.SetResult();
        return me;
    }
}
