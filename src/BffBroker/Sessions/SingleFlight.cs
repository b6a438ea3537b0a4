namespace BffBroker.Sessions;

/// <summary>Work under one key runs once at a time in this process; whoever asks meanwhile gets the same result.</summary>
internal sealed class SingleFlight<TKey, TResult>
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Task<TResult>> _inFlight = [];

    /// <summary>The work belongs to nobody's request: a caller may stop waiting for the task, and the work goes on.</summary>
    public (Task<TResult> Flight, bool IsNew) Run(TKey key, Func<Task<TResult>> work)
    {
        lock (_gate)
        {
            if (_inFlight.TryGetValue(key, out var flight))
            {
                return (flight, false);
            }

            return (_inFlight[key] = FlyAsync(key, work), true);
        }
    }

    /// <summary>Ends when all that was in flight has landed, however it ended.</summary>
    public async Task LandAllAsync(CancellationToken cancellationToken)
    {
        Task[] flights;
        lock (_gate)
        {
            flights = [.. _inFlight.Values];
        }

        await Task.WhenAll(flights).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<TResult> FlyAsync(TKey key, Func<Task<TResult>> work)
    {
        await Task.Yield(); // so that work never starts under the lock
        try
        {
            return await work();
        }
        finally
        {
            lock (_gate)
            {
                _ = _inFlight.Remove(key);
            }
        }
    }
}
