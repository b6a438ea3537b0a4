using StackExchange.Redis;

namespace BffBroker.Redis;

/// <content>How a multiplexer is built beside the one in use, and takes over.</content>
internal sealed partial class RedisLink
{
    /// <summary>False when nobody wants one any more.</summary>
    private async Task<bool> BuildAsync()
    {
        var isCertain = Interlocked.Exchange(ref _isCertain, false);
        if (!isCertain && !_health.IsFailing)
        {
            return false;
        }

        try
        {
            _builtFrom = Latest.ConnectionString;
            await TakeOverAsync(await Multiplexer.OpenAsync(Latest, _clock), isCertain);
        }
        catch (Exception exception) when (!_building.IsStopped)
        {
            // A name that does not resolve, a certificate that is not trusted: the next try may be luckier.
            Log.NotBuilt(_logger, exception.GetType().Name);
            Want(isCertain);
        }

        return true;
    }

    private async Task TakeOverAsync(ConnectionMultiplexer next, bool isCertain)
    {
        var old = _current;
        var isWanted = !_building.IsStopped && (isCertain || _health.IsFailing);
        if (!isWanted || (old is not null && !next.IsConnected))
        {
            await next.EndAsync();
            if (isWanted)
            {
                Log.NotBuilt(_logger, "it is not connected");
                Want(isCertain);
            }

            return;
        }

        // What was wanted while this one was built, it has brought; but for addresses that have changed meanwhile.
        Volatile.Write(ref _isCertain, Latest.ConnectionString != _builtFrom);
        Watch(next);
        _current = next;
        _subscriptions.ForEach(subscribe => subscribe(next));
        _first.TrySetResult(next);
        if (old is not null)
        {
            Log.TookOver(_logger);
            _health.Restored();
            _ = EndLaterAsync(old);
        }
        else if (!next.IsConnected)
        {
            Log.NotReached(_logger);
            Failed(RedisFailureKind.Lost);
        }
    }

    // Operations under way get the time that they may take.
    private async Task EndLaterAsync(ConnectionMultiplexer old)
    {
        await Task.Delay(Options.Timeout, _clock);
        await old.EndAsync();
    }

    private void Watch(ConnectionMultiplexer multiplexer)
    {
        multiplexer.ConnectionFailed += (_, failure) =>
        {
            if (ReferenceEquals(multiplexer, _current) && failure.ConnectionType == ConnectionType.Interactive)
            {
                Log.Lost(_logger, failure.FailureType);
                Failed(RedisFailureKind.Lost);
            }
        };
        multiplexer.ConfigurationChanged += (_, _) => _health.Reconfigured();
        multiplexer.ConnectionRestored += (_, restored) =>
        {
            if (ReferenceEquals(multiplexer, _current) && restored.ConnectionType == ConnectionType.Interactive)
            {
                Log.Restored(_logger);
                _health.Restored();
            }
        };
    }

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Warning, "Redis cannot be reached; the broker goes on trying, and answers 503 to whoever brings a session. Check ConnectionStrings:Redis and the server")]
        public static partial void NotReached(ILogger logger);

        [LoggerMessage(3002, LogLevel.Warning, "The connection to Redis was lost: {FailureType}. The broker reconnects by itself")]
        public static partial void Lost(ILogger logger, ConnectionFailureType failureType);

        [LoggerMessage(3003, LogLevel.Information, "The connection to Redis is back")]
        public static partial void Restored(ILogger logger);

        [LoggerMessage(3004, LogLevel.Information, "A new connection to Redis took over from one that failed or was reconfigured")]
        public static partial void TookOver(ILogger logger);

        [LoggerMessage(3005, LogLevel.Warning, "A connection to Redis could not be made: {Reason}. The broker tries again. Check ConnectionStrings:Redis and the server")]
        public static partial void NotBuilt(ILogger logger, string reason);
    }
}
