namespace BffBroker.Sessions;

/// <summary>
/// Cancels after a time in which this process really ran: while it is stopped, or its machine suspended, the limit stands still. An answer that
/// came meanwhile is read then, and not cut off by a timer that is overdue.
/// </summary>
internal sealed class RunningTimeLimit : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _over = new();
    private readonly ITimer _timer;
    private int _ticks;

    public RunningTimeLimit(TimeSpan limit, TimeProvider clock)
    {
        _ticks = (int)Math.Ceiling(limit / Tick);
        _timer = clock.CreateTimer(_ => Count(), null, Tick, Tick);
    }

    public CancellationToken Token => _over.Token;

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        _over.Dispose();
    }

    private void Count()
    {
        if (Interlocked.Decrement(ref _ticks) == 0)
        {
            _over.Cancel();
        }
    }
}
