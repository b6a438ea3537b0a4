using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Flows;

public sealed class RefreshAheadTests(RedisServer redis)
{
    // Each session is due by then, whatever its share of the spread.
    private static readonly TimeSpan Due = TimeSpan.FromSeconds(3600 - 239);

    [Fact]
    public async Task A_token_that_will_expire_soon_is_refreshed_once_and_nobody_waits()
    {
        await using var world = await World.StartAsync(redis);
        await world.LogInAsync();
        world.Clock.Advance(Due);
        var answer = new TaskCompletionSource();
        world.Amazon.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task));

        await world.AssertLoggedInAsync();
        await world.Amazon.Simulator.Calls.WaitForAsync(Operation.Refresh, 1, TestContext.Current.CancellationToken);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => world.GetAsync("/me"))), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(1, (await world.RecordAsync())!.Generation);

        answer.SetResult();
        await Wait.UntilAsync(async () => (await world.RecordAsync())!.Generation == 2, "the new token to be saved");
        world.Clock.Advance(TimeSpan.FromMinutes(10));
        await world.AssertLoggedInAsync();
        Assert.Equal(1, world.Amazon.Refreshes);
    }

    [Fact]
    public async Task A_RefreshAhead_of_zero_leaves_the_refresh_to_a_caller_who_waits()
    {
        await using var world = await World.StartAsync(redis, ("Session:RefreshAhead", "00:00:00"));
        await world.LogInAsync();
        world.Clock.Advance(TimeSpan.FromSeconds(3580));

        for (var i = 0; i < 30; i++)
        {
            await world.AssertLoggedInAsync();
        }

        Assert.Equal(0, world.Amazon.Refreshes);
        world.Clock.Advance(TimeSpan.FromSeconds(30));
        await world.AssertLoggedInAsync();
        Assert.Equal(1, world.Amazon.Refreshes);
    }

    [Fact]
    public async Task While_a_refresh_ahead_fails_callers_are_served_and_it_is_tried_again_after_a_pause_and_not_by_every_caller()
    {
        await using var world = await World.StartAsync(redis);
        await world.LogInAsync();
        world.Amazon.Simulator.Faults.Set(Operation.Refresh, Fault.TooManyRequests(TimeSpan.FromSeconds(30)));
        world.Clock.Advance(Due);

        for (var i = 0; i < 30; i++)
        {
            await world.AssertLoggedInAsync();
        }

        await world.Amazon.Simulator.Calls.WaitForAsync(Operation.Refresh, 1, TestContext.Current.CancellationToken);
        await Wait.UntilAsync(async () => (await world.RecordAsync())!.Intent is null, "the failure to be noted");
        await world.AssertLoggedInAsync();
        Assert.Equal(1, world.Amazon.Refreshes);

        world.Amazon.Simulator.Faults.Clear();
        world.Clock.Advance(TimeSpan.FromSeconds(31));
        await Wait.UntilAsync(
            async () =>
            {
                await world.AssertLoggedInAsync();
                return (await world.RecordAsync())!.Generation == 2;
            },
            "the new token to be saved");
    }

    [Fact]
    public async Task A_grant_that_is_found_dead_ahead_of_time_ends_the_session()
    {
        await using var world = await World.StartAsync(redis);
        await world.LogInAsync();
        world.Amazon.Simulator.Settings.RevocationKillsAccessTokens = false;
        world.Amazon.Simulator.RevokeGrants("ada");
        world.Clock.Advance(Due);

        await world.AssertLoggedInAsync();

        await Wait.UntilAsync(async () => (await world.RecordAsync()) is null, "the session to end");
        await world.AssertLoggedOutAsync();
        Assert.Equal(1, world.Amazon.Refreshes);
    }
}
