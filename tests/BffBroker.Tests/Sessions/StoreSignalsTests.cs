using BffBroker.Sessions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Sessions;

public sealed class StoreSignalsTests
{
    private readonly ManualClock _clock = new();
    private readonly StoreSignals _signals;

    public StoreSignalsTests() => _signals = new(_clock);

    [Fact]
    public void A_store_that_never_failed_was_never_restored()
    {
        var restored = _signals.NextRestored;

        _signals.Answered();

        Assert.False(restored.IsCompleted);
        Assert.Equal((0, TimeSpan.MaxValue), (_signals.Interruptions, _signals.SinceRestored));
    }

    [Fact]
    public void An_answer_after_a_lost_connection_restores()
    {
        var restored = _signals.NextRestored;
        _signals.Failed(mayHaveFailedOver: true);
        Assert.False(restored.IsCompleted);

        _signals.Answered();
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.True(restored.IsCompleted);
        Assert.Equal((1, TimeSpan.FromSeconds(2)), (_signals.Interruptions, _signals.SinceRestored));
    }

    [Fact]
    public void A_refusal_that_passes_wakes_the_writers_and_is_no_interruption()
    {
        var restored = _signals.NextRestored;
        _signals.Failed(mayHaveFailedOver: false);

        _signals.Answered();

        Assert.True(restored.IsCompleted);
        Assert.Equal((0, TimeSpan.MaxValue), (_signals.Interruptions, _signals.SinceRestored));
    }

    [Fact]
    public void Reads_that_succeed_while_writes_fail_wake_the_writers_once_a_second()
    {
        _signals.Failed(mayHaveFailedOver: false);
        _signals.Answered();
        var next = _signals.NextRestored;
        _signals.Failed(mayHaveFailedOver: false);

        _signals.Answered();
        Assert.False(next.IsCompleted);

        _clock.Advance(TimeSpan.FromSeconds(1));
        _signals.Answered();
        Assert.True(next.IsCompleted);
    }

    /// <summary>A master of a cluster that stays away must not stop the refreshes of all other users.</summary>
    [Fact]
    public void Failures_and_answers_in_turn_are_one_loss_in_30_seconds()
    {
        var losses = 0;
        for (var second = 0; second < 60; second++)
        {
            _signals.Failed(mayHaveFailedOver: true);
            _signals.Answered();
            losses += _signals.SinceRestored == TimeSpan.Zero ? 1 : 0;
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2, losses);
        Assert.Equal(60, _signals.Interruptions);
    }

    [Fact]
    public void A_connection_that_is_back_always_counts()
    {
        _signals.Restored();
        _clock.Advance(TimeSpan.FromSeconds(5));

        _signals.Restored();

        Assert.Equal(TimeSpan.Zero, _signals.SinceRestored);
    }
}
