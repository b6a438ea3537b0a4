using System.Collections.Immutable;
using BffBroker.Sessions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>
/// The multiplexer in use, and its successor. A multiplexer reconnects by itself, but keeps the password, the addresses and sometimes the
/// dead socket that it has. So a failure that another one might not have asks for another one: it is built beside the old, at most every
/// 5 s, and takes over when it is connected. Nobody waits for it.
/// </summary>
internal sealed partial class RedisLink : IAsyncDisposable
{
    private static readonly TimeSpan BetweenBuilds = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource<ConnectionMultiplexer> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IOptionsMonitor<RedisOptions> _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<RedisLink> _logger;
    private readonly RedisHealth _health;
    private readonly PacedWork _building;
    private ImmutableList<Action<ConnectionMultiplexer>> _subscriptions = [];
    private volatile ConnectionMultiplexer? _current;
    private bool _isCertain = true;
    private string? _builtFrom;
    private IDisposable? _changes;

    public RedisLink(IOptionsMonitor<RedisOptions> options, StoreSignals signals, TimeProvider clock, ILogger<RedisLink> logger)
    {
        (_options, _clock, _logger) = (options, clock, logger);
        _health = new(signals, clock);
        _building = new(BuildAsync, BetweenBuilds, clock);
        Options = options.CurrentValue;
    }

    /// <summary>As they were at the start; of later changes only the connection string counts.</summary>
    public RedisOptions Options { get; }

    public TimeSpan SinceRestored => _health.SinceRestored;

    public bool IsConnected => _current is { IsConnected: true };

    /// <summary>The one in use; before there is any, the first one as soon as it has tried, connected or not.</summary>
    public Task<ConnectionMultiplexer> GetAsync()
    {
        Start();
        return _current is { } current ? Task.FromResult(current) : _first.Task;
    }

    /// <summary>Begins to connect, and does not wait.</summary>
    public void Start()
    {
        if (_building.Start())
        {
            _changes = _options.OnChange((_, _) => Changed());
            _building.Want();
        }
    }

    public void Answered()
    {
        if (_health.IsFailing)
        {
            _health.Answered(ofAll: _current is not { IsCluster: true });
        }
    }

    public void Failed(RedisFailureKind kind)
    {
        if (_health.Failed(kind))
        {
            // In a cluster, what works for one key says nothing of another one's master.
            Want(isCertain: kind == RedisFailureKind.NotHere || _current is { IsCluster: true });
        }
    }

    /// <summary>Does it now, and again with each successor.</summary>
    public void OnEach(Action<ConnectionMultiplexer> subscribe)
    {
        ImmutableInterlocked.Update(ref _subscriptions, (all, added) => all.Add(added), subscribe);
        if (_current is { } current)
        {
            subscribe(current);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _changes?.Dispose();
        _building.Stop();
        if (_current is { } current)
        {
            await current.EndAsync();
        }
    }

    /// <param name="isCertain">Even when the one in use works again by then.</param>
    private void Want(bool isCertain)
    {
        if (isCertain)
        {
            Volatile.Write(ref _isCertain, true);
        }

        _building.Want();
    }

    private void Changed()
    {
        if (Latest.ConnectionString != _builtFrom)
        {
            Want(isCertain: true);
        }
    }

    // Without a connection string, sessions would have to move to memory: not while the broker runs.
    private RedisOptions Latest => _options.CurrentValue is { ConnectionString: not null } latest ? latest : Options;

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
            await TakeOverAsync(await Multiplexer.OpenAsync(Latest), isCertain);
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

        Watch(next);
        _subscriptions.ForEach(subscribe => subscribe(next));
        _current = next;
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
