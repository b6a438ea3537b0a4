using BffBroker.Amazon;
using BffBroker.OAuth;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Amazon;

public sealed class CircuitBreakerTests
{
    private const int Enough = 20;

    // So long that nothing is repeated.
    private static readonly WireAnswer TurnedAway = WireAnswer.Json(503, "", "Retry-After: 60");

    [Fact]
    public async Task After_many_failures_neither_refreshes_nor_codes_reach_Amazon_until_the_break_is_over()
    {
        var clock = new ManualClock();
        using var amazon = WireServer.Start([.. Enumerable.Repeat(TurnedAway, Enough), WireAnswer.Json(400, """{"error":"invalid_grant"}""")]);
        using var client = new AmazonClient(amazon.Url, clock);
        await RepeatAsync(Enough, () => client.RefreshAsync());

        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(new TokenRequestOutcome.Unavailable(TimeSpan.FromSeconds(3)), await client.RefreshAsync());
        clock.Advance(TimeSpan.FromSeconds(2.5));
        Assert.Equal(new TokenRequestOutcome.Unavailable(TimeSpan.FromSeconds(1)), await client.ExchangeCodeAsync());
        Assert.Equal((Enough, Enough), (amazon.Requests, client.Calls.Count));

        clock.Advance(TimeSpan.FromSeconds(0.5));
        await RepeatAsync(Enough, async () => Assert.IsType<TokenRequestOutcome.InvalidGrant>(await client.RefreshAsync()));

        Assert.Equal(1, client.Log.Count("Warning: Amazon's token endpoint fails too often"));
        Assert.Equal(1, client.Log.Count("Information: Amazon's token endpoint answers again"));
    }

    [Fact]
    public async Task Lost_answers_count_as_failures()
    {
        using var amazon = WireServer.Start(WireAnswer.Reset);
        using var client = new AmazonClient(amazon.Url, new StoppedClock());

        await RepeatAsync(Enough + 5, () => client.RefreshAsync());

        Assert.Equal(Enough, amazon.Requests);
    }

    [Fact]
    public async Task Each_repeat_counts_too_and_an_open_circuit_ends_all_repeats()
    {
        using var amazon = WireServer.Start(WireAnswer.Json(503, ""));
        using var client = new AmazonClient(amazon.Url, new StoppedClock());

        var outcomes = await Task.WhenAll(Enumerable.Range(0, Enough).Select(_ => client.RefreshAsync()));

        Assert.InRange(amazon.Requests, Enough, (Enough * 3) - 1);
        Assert.Equal(1, client.Log.Count("fails too often"));
        Assert.Contains(outcomes, outcome => outcome is TokenRequestOutcome.Unavailable { RetryAfter.TotalSeconds: >= 1 });
    }

    [Fact]
    public async Task Refused_grants_do_not_count_as_failures()
    {
        using var amazon = WireServer.Start(WireAnswer.Json(400, """{"error":"invalid_grant"}"""));
        using var client = new AmazonClient(amazon.Url, new ManualClock());

        await RepeatAsync(Enough * 2, async () => Assert.IsType<TokenRequestOutcome.InvalidGrant>(await client.RefreshAsync()));

        Assert.Equal(Enough * 2, amazon.Requests);
    }

    [Fact]
    public async Task Callers_who_hang_up_do_not_count_as_failures()
    {
        var released = new TaskCompletionSource();
        using var amazon = WireServer.Start(WireAnswer.Json(200, """{"user_id":"x"}""") with { Released = released.Task });
        using var client = new AmazonClient(amazon.Url, new ManualClock());
        using var impatience = new CancellationTokenSource();

        var abandoned = Enumerable.Range(0, Enough * 2).Select(_ => client.GetProfileAsync(impatience.Token)).ToList();
        await Wait.UntilAsync(() => amazon.Requests == Enough * 2, "the requests");
        await impatience.CancelAsync();
        foreach (var profile in abandoned)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => profile);
        }

        released.SetResult();
        Assert.IsType<ProfileOutcome.Found>(await client.GetProfileAsync());
        Assert.DoesNotContain("fails too often", client.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_try_after_the_break_that_is_abandoned_closes_nothing()
    {
        var clock = new ManualClock();
        var released = new TaskCompletionSource();
        using var amazon = WireServer.Start([.. Enumerable.Repeat(TurnedAway, Enough), TurnedAway with { Released = released.Task }]);
        using var client = new AmazonClient(amazon.Url, clock);
        await RepeatAsync(Enough, () => client.GetProfileAsync());
        clock.Advance(TimeSpan.FromSeconds(5));
        using var impatience = new CancellationTokenSource();

        var abandoned = client.GetProfileAsync(impatience.Token);
        await Wait.UntilAsync(() => amazon.Requests == Enough + 1, "the try");
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);

        Assert.IsType<ProfileOutcome.Unavailable>(await client.GetProfileAsync());
        released.SetResult();
        await Wait.UntilAsync(() => client.Log.Count("fails too often") == 2, "the circuit to open again");
        Assert.Equal(Enough + 1, amazon.Requests);
    }

    private static async Task RepeatAsync(int times, Func<Task> call)
    {
        for (var i = 0; i < times; i++)
        {
            await call();
        }
    }

    /// <summary>Pauses are real, and no break ever ends.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        private readonly DateTimeOffset _now = System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
