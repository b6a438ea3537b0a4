using System.Collections.Immutable;
using System.Threading.Channels;
using BffBroker.Sessions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>
/// The multiplexer in use, and its successor. A multiplexer reconnects by itself, but keeps the password, the addresses and sometimes the
/// dead socket that it has. So a failure that another one might not have asks for another one: it is built beside the old, at most every
/// 5 s, and takes over when it is connected. Nobody waits for it.
/// </summary>
internal sealed partial class RedisLink(IOptionsMonitor<RedisOptions> options, StoreSignals signals, TimeProvider clock, ILogger<RedisLink> logger) : IAsyncDisposable
{
    private static readonly TimeSpan BetweenBuilds = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource<ConnectionMultiplexer> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RedisHealth _health = new(signals, clock);
    private ImmutableList<Action<ConnectionMultiplexer>> _subscriptions = [];
    private volatile ConnectionMultiplexer? _current;
    private volatile bool _isCertain;
    private volatile bool _isStopping;
    private string? _builtFrom;
    private IDisposable? _changes;
    private int _isStarted;

    /// <summary>As they were at the start; of later changes only the connection string counts.</summary>
    public RedisOptions Options { get; } = options.CurrentValue;

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
        if (Interlocked.Exchange(ref _isStarted, 1) == 0)
        {
            _changes = options.OnChange((_, _) => Changed());
            _ = Task.Run(BuildWhenWantedAsync);
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
        _isStopping = true;
        _wanted.Writer.Complete();
        if (_current is { } current)
        {
            await current.EndAsync();
        }
    }

    /// <param name="isCertain">Even when the one in use works again by then.</param>
    private void Want(bool isCertain)
    {
        _isCertain |= isCertain;
        _wanted.Writer.TryWrite(true);
    }

    private void Changed()
    {
        if (Latest.ConnectionString != _builtFrom)
        {
            Want(isCertain: true);
        }
    }

    // Without a connection string, sessions would have to move to memory: not while the broker runs.
    private RedisOptions Latest => options.CurrentValue is { ConnectionString: not null } latest ? latest : Options;

    private async Task BuildWhenWantedAsync()
    {
        Want(isCertain: true);
        await foreach (var _ in _wanted.Reader.ReadAllAsync())
        {
            var started = clock.GetTimestamp();
            await BuildAsync();
            var rest = BetweenBuilds - clock.GetElapsedTime(started);
            await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, clock);
        }
    }

    private async Task BuildAsync()
    {
        var isCertain = _isCertain;
        if (!isCertain && !_health.IsFailing)
        {
            return;
        }

        _isCertain = false;
        try
        {
            _builtFrom = Latest.ConnectionString;
            var next = await Multiplexer.OpenAsync(Latest);
            Watch(next);
            if (!await TakeOverAsync(next, isCertain))
            {
                Want(isCertain);
            }
        }
        catch (Exception exception) when (!_isStopping)
        {
            // A name that does not resolve, a certificate that is not trusted: the next try may be luckier.
            Log.NotBuilt(logger, exception.GetType().Name);
            Want(isCertain);
        }
    }

    // False: it is given up, and the old one stays.
    private async Task<bool> TakeOverAsync(ConnectionMultiplexer next, bool isCertain)
    {
        var old = _current;
        if (_isStopping || (old is not null && (!next.IsConnected || (!isCertain && !_health.IsFailing))))
        {
            await next.EndAsync();
            return false;
        }

        _subscriptions.ForEach(subscribe => subscribe(next));
        _current = next;
        _first.TrySetResult(next);
        if (old is not null)
        {
            Log.TookOver(logger);
            _health.Restored();
            _ = EndLaterAsync(old);
        }
        else if (!next.IsConnected)
        {
            Log.NotReached(logger);
            Failed(RedisFailureKind.Lost);
        }

        return true;
    }

    // Operations under way get the time that they may take.
    private async Task EndLaterAsync(ConnectionMultiplexer old)
    {
        await Task.Delay(Options.Timeout, clock);
        await old.EndAsync();
    }

    private void Watch(ConnectionMultiplexer multiplexer)
    {
        multiplexer.ConnectionFailed += (_, failure) =>
        {
            if (ReferenceEquals(multiplexer, _current) && failure.ConnectionType == ConnectionType.Interactive)
            {
                Log.Lost(logger, failure.FailureType);
                Failed(RedisFailureKind.Lost);
            }
        };
        multiplexer.ConnectionRestored += (_, restored) =>
        {
            if (ReferenceEquals(multiplexer, _current) && restored.ConnectionType == ConnectionType.Interactive)
            {
                Log.Restored(logger);
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

        [LoggerMessage(3005, LogLevel.Warning, "A connection to Redis could not be made: {Exception}. The broker tries again. Check ConnectionStrings:Redis and the server")]
        public static partial void NotBuilt(ILogger logger, string exception);
    }
}
