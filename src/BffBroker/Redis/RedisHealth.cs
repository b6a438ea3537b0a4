using BffBroker.Sessions;

namespace BffBroker.Redis;

/// <summary>What the operations and the client say of the connection: tells the waiting writers, and whether another multiplexer is wanted.</summary>
internal sealed class RedisHealth(StoreSignals signals, TimeProvider clock)
{
    /// <summary>So long nothing but timeouts: the connection is dead, and nobody said so.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Reads go on while writes are refused: without a limit each of them would send the waiting writers on their way.
    private static readonly TimeSpan BetweenHopes = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long _hopedAt = clock.GetTimestamp() - clock.TimestampFrequency;
    private long? _restoredAt;
    private bool _mayHaveFailedOver;
    private long? _lateSince;
    private long _lateAt;
    private volatile bool _isFailing;

    /// <summary>Something failed, and nothing has worked since.</summary>
    public bool IsFailing => _isFailing;

    /// <summary>How long the connection has been back after a loss; for ever if it was never lost.</summary>
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

    public void Restored()
    {
        lock (_gate)
        {
            (_isFailing, _mayHaveFailedOver, _lateSince) = (false, false, null);
            _restoredAt = _hopedAt = clock.GetTimestamp();
        }

        signals.Restored();
    }

    /// <summary>Another server may be master now, although no connection was lost.</summary>
    public void Reconfigured() => signals.Interrupted();

    /// <param name="ofAll">The answer speaks for every key: not in a cluster, where another master may be silent.</param>
    public void Answered(bool ofAll)
    {
        if (!_isFailing)
        {
            return;
        }

        lock (_gate)
        {
            _lateSince = ofAll ? null : _lateSince;
            if (clock.GetElapsedTime(_hopedAt) < BetweenHopes)
            {
                return;
            }

            (_isFailing, _hopedAt) = (false, clock.GetTimestamp());
            if (_mayHaveFailedOver)
            {
                (_mayHaveFailedOver, _restoredAt) = (false, _hopedAt);
            }
        }

        signals.Restored();
    }

    /// <summary>True when another multiplexer is wanted.</summary>
    public bool Failed(RedisFailureKind kind)
    {
        if (kind == RedisFailureKind.OurFault)
        {
            return false;
        }

        _isFailing = true;
        if (kind != RedisFailureKind.NotNow)
        {
            signals.Interrupted();
        }

        if (kind is RedisFailureKind.Lost or RedisFailureKind.NotHere)
        {
            lock (_gate)
            {
                _mayHaveFailedOver = true;
            }
        }

        return kind switch
        {
            RedisFailureKind.Late => IsTooLate(),
            RedisFailureKind.NotNow => false,
            _ => true,
        };
    }

    private bool IsTooLate()
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            var isOneOfMany = _lateSince is not null && clock.GetElapsedTime(_lateAt, now) < Patience;
            _lateSince = isOneOfMany ? _lateSince : now;
            _lateAt = now;
            return clock.GetElapsedTime(_lateSince!.Value, now) >= Patience;
        }
    }
}
