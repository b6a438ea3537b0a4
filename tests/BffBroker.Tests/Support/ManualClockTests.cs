namespace BffBroker.Tests.Support;

public sealed class ManualClockTests
{
    private readonly ManualClock _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Time_passes_only_when_told_to()
    {
        var started = _clock.GetTimestamp();
        Assert.Equal(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), _clock.GetUtcNow());

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(TimeSpan.FromSeconds(5), _clock.GetElapsedTime(started));
    }

    [Fact]
    public async Task A_delay_ends_when_its_time_has_come()
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(2), _clock, Cancellation);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(delay.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));

        await delay;
    }

    [Fact]
    public async Task A_delay_that_was_given_up_ends_at_once()
    {
        using var source = new CancellationTokenSource();
        var delay = Task.Delay(TimeSpan.FromHours(1), _clock, source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delay);
    }

    [Fact]
    public void A_periodic_timer_fires_at_each_of_its_instants()
    {
        var instants = new List<double>();
        var start = _clock.GetUtcNow();
        using var timer = _clock.CreateTimer(
            _ => instants.Add((_clock.GetUtcNow() - start).TotalSeconds), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        _clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal([1, 3, 5], instants);
    }

    [Fact]
    public async Task A_cancellation_after_some_time_works_as_well()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(3), _clock);

        _clock.Advance(TimeSpan.FromSeconds(3));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Timeout.Infinite, source.Token));
    }
}
