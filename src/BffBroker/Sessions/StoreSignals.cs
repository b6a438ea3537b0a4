namespace BffBroker.Sessions;

/// <summary>What the store's adapter says of its connection, for those who have something to write: they need not ask on a timer.</summary>
internal sealed class StoreSignals(TimeProvider clock)
{
    // Reads succeed while writes are refused: without a limit, each of them would send the waiting writers on their way.
    private static readonly TimeSpan BetweenAnswers = TimeSpan.FromSeconds(1);

    // While a part of the store stays away, such as one master of a cluster, failures and answers take turns for hours.
    private static readonly TimeSpan BetweenLosses = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private TaskCompletionSource _restored = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _interruptions;
    private long _answeredAt = clock.GetTimestamp() - clock.TimestampFrequency;
    private long? _restoredAt;
    private bool _mayHaveFailedOver;
    private volatile bool _isFailing;

    /// <summary>Counts the interruptions: who has seen a lower number cannot be sure that its last writes survived.</summary>
    public long Interruptions => Interlocked.Read(ref _interruptions);

    /// <summary>How long the connection has been back after it was lost. <see cref="TimeSpan.MaxValue"/> if it never was.</summary>
    public TimeSpan SinceRestored
    {
        get
        {
            lock (_gate)
            {
                return _restoredAt is { } at ? clock.GetElapsedTime(at) : TimeSpan.MaxValue;
            }
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

    /// <summary>Another server may be the master: it may lack the last writes.</summary>
    public void Interrupted() => Interlocked.Increment(ref _interruptions);

    /// <summary>An operation failed. <see cref="Answered"/> ends that.</summary>
    /// <param name="mayHaveFailedOver">The connection was lost, so that another server may be the master afterwards.</param>
    public void Failed(bool mayHaveFailedOver)
    {
        if (mayHaveFailedOver)
        {
            Interrupted();
        }

        lock (_gate)
        {
            _mayHaveFailedOver |= mayHaveFailedOver;
            _isFailing = true;
        }
    }

    /// <summary>
    /// An operation succeeded. After a failure the waiting writers try again, at most once a second. After a loss of the connection this is a
    /// <see cref="Restored"/>, at most once in 30 s.
    /// </summary>
    public void Answered()
    {
        if (!_isFailing)
        {
            return;
        }

        lock (_gate)
        {
            if (clock.GetElapsedTime(_answeredAt) >= BetweenAnswers)
            {
                Restore(_mayHaveFailedOver && (_restoredAt is not { } at || clock.GetElapsedTime(at) >= BetweenLosses));
            }
        }
    }

    /// <summary>The connection is back, or a new one has taken its place: writes may work again.</summary>
    public void Restored()
    {
        lock (_gate)
        {
            Restore(wasLost: true);
        }
    }

    private void Restore(bool wasLost)
    {
        (_isFailing, _mayHaveFailedOver, _answeredAt) = (false, false, clock.GetTimestamp());
        _restoredAt = wasLost ? _answeredAt : _restoredAt;
        _restored.SetResult();
        _restored = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
