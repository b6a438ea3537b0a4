using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Flows;

/// <summary>Amazon does not take an access token that should still be good.</summary>
public sealed class RejectedTokenTests
{
    [Fact]
    public async Task A_token_that_Amazon_rejects_before_its_time_is_replaced_once()
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();
        world.Amazon.Simulator.Faults.Enqueue(Operation.Profile, Fault.InvalidToken);

        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync("/me")).StatusCode);

        Assert.Equal(1, world.Amazon.Refreshes);
    }

    [Fact]
    public async Task Fresh_tokens_that_are_rejected_as_well_are_Amazon_s_error_and_are_not_asked_for_again_within_a_minute()
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();
        world.Amazon.Simulator.Faults.Set(Operation.Profile, Fault.InvalidToken);

        for (var i = 0; i < 5; i++)
        {
            await (await world.GetAsync("/me")).AssertProblemAsync(HttpStatusCode.BadGateway, "amazon_error");
        }

        Assert.Equal(1, world.Amazon.Refreshes);

        world.Clock.Advance(TimeSpan.FromSeconds(61));
        await (await world.GetAsync("/me")).AssertProblemAsync(HttpStatusCode.BadGateway, "amazon_error");
        Assert.Equal(2, world.Amazon.Refreshes);

        world.Amazon.Simulator.Faults.Clear();
        await world.AssertLoggedInAsync();
    }

    [Fact]
    public async Task A_forced_refresh_that_fails_is_not_tried_again_within_a_minute_either()
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();
        world.Amazon.Simulator.Faults.Set(Operation.Profile, Fault.InvalidToken);
        world.Amazon.Simulator.Faults.Set(Operation.Refresh, Fault.Reset);

        for (var i = 0; i < 3; i++)
        {
            await (await world.GetAsync("/me")).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        }

        Assert.Equal(1, world.Amazon.Refreshes);

        world.Amazon.Simulator.Faults.Clear();
        world.Clock.Advance(TimeSpan.FromSeconds(61));
        await world.AssertLoggedInAsync();
    }

    [Fact]
    public async Task A_revoked_grant_ends_the_session_and_the_dead_token_is_not_sent_again()
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();
        world.Amazon.Simulator.RevokeGrants("ada");

        for (var i = 0; i < 3; i++)
        {
            await world.AssertLoggedOutAsync();
        }

        Assert.Equal(1, world.Amazon.Refreshes);
    }
}
