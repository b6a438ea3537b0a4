using Microsoft.Extensions.Time.Testing;

namespace BffBroker.Tests.Support;

/// <summary>
/// A <see cref="FakeTimeProvider"/> with timers of its own. Each timer, and so each <c>Task.Delay</c> on this clock, fires at its own instant
/// during <see cref="Advance"/>, and a test can wait until timers run.
/// </summary>
/// <remarks>
/// The timers of <see cref="FakeTimeProvider"/> fire after time has passed as a whole, so that every callback reads the last instant.
/// They may also fire on another thread that reads the clock, and after <c>Advance</c> has returned. Neither would be deterministic here.
/// </remarks>
internal sealed class ManualClock() : FakeTimeProvider(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Fires the timers that fall due, in order and each at its own instant, including those started meanwhile.</summary>
    public new void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var end = GetUtcNow() + by;
        while (NextDue(end) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>Completes as soon as a timer is running, so that <see cref="Advance"/> cannot come too early for it.</summary>
    public Task WaitForTimerAsync(CancellationToken cancellationToken) => WaitForTimersAsync(1, cancellationToken);

    /// <summary>Completes as soon as <paramref name="count"/> timers are running.</summary>
    public async Task WaitForTimersAsync(int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task started;
            lock (_gate)
            {
                if (_timers.Count >= count)
                {
                    return;
                }

                started = _started.Task;
            }

            await started.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        }
    }

    private ManualTimer? NextDue(DateTimeOffset end)
    {
        lock (_gate)
        {
            var next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
            var instant = next?.Due ?? end;
            if (instant > GetUtcNow()) // else another thread has advanced further already
            {
                SetUtcNow(instant);
            }

            next?.Reschedule();
            return next;
        }
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                _period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock.GetUtcNow() + dueTime;
                    clock._timers.Add(this);
                    clock._started.TrySetResult();
                    clock._started = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }

            // The system's timers fire at once when nothing is left to wait for.
            if (dueTime == TimeSpan.Zero)
            {
                clock.Advance(TimeSpan.Zero);
            }

            return true;
        }

        public void Fire() => callback(state);

        public void Reschedule()
        {
            if (_period > TimeSpan.Zero)
            {
                Due += _period;
            }
            else
            {
                clock._timers.Remove(this);
            }
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
