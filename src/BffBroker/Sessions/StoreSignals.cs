namespace BffBroker.Sessions;

/// <summary>What the store's adapter says of its connection, for those who have something to write: they need not ask on a timer.</summary>
internal sealed class StoreSignals
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _restored = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _interruptions;

    /// <summary>Counts the interruptions: who has seen a lower number cannot be sure that its last writes survived.</summary>
    public long Interruptions => Interlocked.Read(ref _interruptions);

    /// <summary>The connection was lost, or a write failed: a failover may be under way.</summary>
    public void Interrupted() => Interlocked.Increment(ref _interruptions);

    /// <summary>Writes may work again.</summary>
    public void Restored()
    {
        lock (_gate)
        {
            _restored.SetResult();
            _restored = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Ends at the next <see cref="Restored"/>.</summary>
    public Task NextRestored
    {
        get
        {
            lock (_gate)
            {
                return _restored.Task;
            }
        }
    }
}
