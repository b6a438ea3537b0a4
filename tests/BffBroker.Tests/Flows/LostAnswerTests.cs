using System.Net;
using AmazonSimulator;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Flows;

/// <summary>Sends of a refresh token whose answer nobody has seen: the token may be used up, or not.</summary>
public sealed class LostAnswerTests(RedisServer redis)
{
    private static readonly TimeSpan AlmostOver = TimeSpan.FromSeconds(3595);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task While_the_old_access_token_lives_the_refresh_token_is_not_sent_again()
    {
        await using var world = await StartAsync();
        world.Amazon.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Reset);
        world.Clock.Advance(AlmostOver);

        for (var i = 0; i < 20; i++)
        {
            await world.AssertLoggedInAsync();
        }

        Assert.Equal(1, world.Amazon.Refreshes);
    }

    [Fact]
    public async Task Once_the_old_access_token_is_dead_the_refresh_token_is_sent_again_after_a_pause()
    {
        await using var world = await StartAsync();
        world.Amazon.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Reset);
        world.Clock.Advance(AlmostOver + Rest);

        var answer = await world.GetAsync("/me");
        await answer.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);

        await world.AssertLoggedInAsync(); // waits for the pause to be over
        var calls = world.Amazon.Simulator.Calls.All.Where(call => call.Operation == Operation.Refresh).ToList();
        Assert.Equal(2, calls.Count);
        Assert.True(calls[1].At - calls[0].At >= TimeSpan.FromSeconds(0.9), "The pause was skipped.");
    }

    [Fact]
    public async Task A_refresh_token_that_Amazon_had_used_up_costs_the_session_only_when_Amazon_says_so()
    {
        await using var world = await StartAsync();
        world.Amazon.Simulator.Settings.RevocationKillsAccessTokens = false;
        world.Amazon.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Reset with { AfterProcessing = true });
        world.Clock.Advance(AlmostOver);

        await world.AssertLoggedInAsync();
        Assert.True((await world.RecordAsync())!.Intent!.IsOutcomeUnknown);
        world.Clock.Advance(Rest);
        await world.AssertLoggedOutAsync();
        Assert.Equal(2, world.Amazon.Refreshes);

        await world.AssertLoggedOutAsync();
        Assert.Equal(2, world.Amazon.Refreshes);
    }

    [Fact]
    public async Task After_a_send_that_may_still_be_answered_no_other_node_sends_and_its_save_is_waited_for()
    {
        await using var world = await StartAsync();
        world.Clock.Advance(AlmostOver + Rest);
        await NoteSendAsync(world, ago: TimeSpan.Zero);

        var answer = await world.GetAsync("/me");
        await answer.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(27), TimeSpan.FromSeconds(32));
        Assert.Equal(0, world.Amazon.Refreshes);

        // Past the time in which an answer may come, that node still gets a moment to save what it has.
        world.Clock.Advance(TimeSpan.FromSeconds(30));
        world.Amazon.Simulator.Faults.Set(Operation.Profile, Fault.Status(200, """{"user_id":"x"}""", "application/json"));
        var session = await OpenAsync(world);
        var me = world.GetAsync("/me");
        var late = session.Tokens with { AccessToken = new("Atza|late"), ExpiresAt = world.Clock.GetUtcNow().AddHours(1) };
        Assert.NotNull(await VaultOf(world).SaveAsync(session, session.Session with { Tokens = late }));

        Assert.Equal(HttpStatusCode.OK, (await me).StatusCode);
        Assert.Equal("Atza|late", (await OpenAsync(world)).Tokens.AccessToken.Value);
        Assert.Equal(0, world.Amazon.Refreshes);
    }

    [Fact]
    public async Task A_node_that_died_during_its_call_is_followed_when_no_answer_can_come_any_more()
    {
        await using var world = await StartAsync();
        world.Clock.Advance(AlmostOver + Rest);
        await NoteSendAsync(world, ago: TimeSpan.FromSeconds(31));

        await world.AssertLoggedInAsync();

        Assert.Equal(1, world.Amazon.Refreshes);
    }

    private async Task<World> StartAsync()
    {
        var world = await World.StartAsync(redis);
        world.Amazon.Rotate(RefreshMode.NewTokenOldDies);
        await world.LogInAsync();
        return world;
    }

    /// <summary>As another node does before it sends the refresh token.</summary>
    private static async Task NoteSendAsync(World world, TimeSpan ago)
    {
        var session = await OpenAsync(world);
        Assert.True(await VaultOf(world).NoteAsync(session, RefreshIntent.Begin(null, session.Generation, world.Clock.GetUtcNow() - ago, isForced: false)));
    }

    private static async Task<OpenSession> OpenAsync(World world) => Assert.IsType<SessionLookup.Found>(await VaultOf(world).FindAsync(world.SessionKey)).Session;

    private static SessionVault VaultOf(World world) => world.Broker.Services.GetRequiredService<SessionVault>();
}
