using System.Collections.Immutable;
using System.Threading.Channels;
using BffBroker.Sessions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>
/// Owns the client's multiplexer, which reconnects, follows Sentinel and a cluster, and closes dead connections. It cannot take another connection string
/// or password, and it stays with a server that has become read-only. For either, a second multiplexer is built beside it, and takes over once it is connected.
/// </summary>
internal sealed partial class RedisMultiplexer(
    IOptionsMonitor<RedisOptions> options, StoreSignals signals, TimeProvider clock, ILogger<RedisMultiplexer> logger) : IAsyncDisposable
{
    private static readonly TimeSpan BetweenBuilds = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource<ConnectionMultiplexer> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private ImmutableList<Action<ConnectionMultiplexer>> _subscriptions = [];
    private volatile ConnectionMultiplexer? _current;
    private volatile ConnectionMultiplexer? _readOnly;
    private (string? ConnectionString, string? User, string? Password) _settings;
    private IDisposable? _changes;
    private int _isStarted;

    /// <summary>As they were at the start. Of later changes, only connection string, user and password count.</summary>
    public RedisOptions Options { get; } = options.CurrentValue;

    public bool IsConnected => _current is { IsConnected: true };

    /// <summary>The multiplexer in use. Null until the first one has tried to connect.</summary>
    public ConnectionMultiplexer? Current => _current;

    /// <summary>The multiplexer in use. The first one completes the task when it has tried to connect, whether it succeeded or not.</summary>
    public Task<ConnectionMultiplexer> GetAsync()
    {
        Start();
        return _current is { } current ? Task.FromResult(current) : _first.Task;
    }

    /// <summary>Starts to connect in the background.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref _isStarted, 1) == 0)
        {
            _changes = options.OnChange((_, _) => _wanted.Writer.TryWrite(true));
            _wanted.Writer.TryWrite(true);
            _ = Task.Run(BuildWhenNeededAsync);
        }
    }

    /// <summary>
    /// The server behind <paramref name="multiplexer"/> takes no writes. Its name may lead to another server by now, which only a new connection finds.
    /// </summary>
    public void ReplaceReadOnly(ConnectionMultiplexer multiplexer)
    {
        if (ReferenceEquals(multiplexer, _current))
        {
            _readOnly = multiplexer;
            _wanted.Writer.TryWrite(true);
        }
    }

    /// <summary>Calls <paramref name="subscribe"/> for the multiplexer in use, and for each one that takes over later.</summary>
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
        _wanted.Writer.TryComplete();
        await _stopping.CancelAsync();
        if (_current is { } current)
        {
            await CloseAsync(current);
        }

        _stopping.Dispose();
    }

    /// <summary>A server is connected that takes writes, as far as the client knows.</summary>
    public static bool IsWritable(IConnectionMultiplexer multiplexer) => multiplexer.GetServers().Any(server => server is { IsConnected: true, IsReplica: false });

    // Without a connection string, sessions would have to move to memory: not while the broker runs.
    private RedisOptions Latest => options.CurrentValue is { ConnectionString: not null } latest ? latest : Options;

    private bool IsBuildNeeded => _current is not { } current || ReferenceEquals(_readOnly, current) || SettingsOf(Latest) != _settings;

    private static (string? ConnectionString, string? User, string? Password) SettingsOf(RedisOptions options) => (options.ConnectionString, options.User, options.Password);

    private async Task BuildWhenNeededAsync()
    {
        var stopping = _stopping.Token;
        try
        {
            await foreach (var _ in _wanted.Reader.ReadAllAsync(stopping))
            {
                while (IsBuildNeeded)
                {
                    await TryBuildAsync(stopping);
                    await Task.Delay(BetweenBuilds, clock, stopping);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The broker stops.
        }
    }

    private async Task TryBuildAsync(CancellationToken stopping)
    {
        try
        {
            await BuildAsync(stopping);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            // No Sentinel answers, for example. Whatever it is, the next try may succeed.
            Log.NotBuilt(logger, exception.GetType().Name);
            if (_current is null)
            {
                signals.Failed(mayHaveFailedOver: true);
            }
        }
    }

    private async Task BuildAsync(CancellationToken stopping)
    {
        var (old, latest) = (_current, Latest);
        _readOnly = null;
        var next = await ConnectionMultiplexer.ConnectAsync(latest.ToConfiguration());
        if (stopping.IsCancellationRequested || (old is not null && !MayReplace(old, next)))
        {
            await CloseAsync(next);
            return;
        }

        Watch(next);
        (_settings, _current) = (SettingsOf(latest), next);
        _subscriptions.ForEach(subscribe => subscribe(next));
        _first.TrySetResult(next);
        if (old is not null)
        {
            Log.TookOver(logger);
            signals.Restored();
            _ = CloseLaterAsync(old);
        }
        else if (!next.IsConnected)
        {
            Log.NotReached(logger);
            signals.Failed(mayHaveFailedOver: true);
        }
    }

    private bool MayReplace(ConnectionMultiplexer old, ConnectionMultiplexer next)
    {
        var problem = !next.IsConnected ? "it is not connected" : !IsWritable(next) && old.IsConnected ? "it reaches only a replica" : null;
        if (problem is not null)
        {
            Log.NotBuilt(logger, problem);
        }

        return problem is null;
    }

    private void Watch(ConnectionMultiplexer multiplexer)
    {
        multiplexer.ConnectionFailed += (_, failure) =>
        {
            if (IsOfMaster(multiplexer, failure))
            {
                Log.Lost(logger, failure.FailureType);
                signals.Failed(mayHaveFailedOver: true);
            }
        };
        multiplexer.ConnectionRestored += (_, restored) =>
        {
            if (IsOfMaster(multiplexer, restored))
            {
                Log.Restored(logger);
                signals.Restored();
            }
        };

        // Another server may be the master now, although no connection was lost.
        multiplexer.ConfigurationChanged += (_, _) => signals.Interrupted();
    }

    // A replica that comes and goes changes nothing. A server that is not known yet may be a master.
    private bool IsOfMaster(ConnectionMultiplexer multiplexer, ConnectionFailedEventArgs connection) =>
        ReferenceEquals(multiplexer, _current)
        && connection.ConnectionType == ConnectionType.Interactive
        && !multiplexer.GetServers().Any(server => server.IsReplica && Equals(server.EndPoint, connection.EndPoint));

    // Operations that are under way may still finish.
    private async Task CloseLaterAsync(ConnectionMultiplexer old)
    {
        await Task.Delay(Options.Timeout, clock);
        await CloseAsync(old);
    }

    private static async Task CloseAsync(ConnectionMultiplexer multiplexer)
    {
        await multiplexer.CloseAsync(allowCommandsToComplete: false);
        await multiplexer.DisposeAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Warning, "Redis cannot be reached. The broker keeps trying; requests with a session get 503 until then. Check ConnectionStrings:Redis and the server")]
        public static partial void NotReached(ILogger logger);

        [LoggerMessage(3002, LogLevel.Warning, "The connection to Redis was lost: {FailureType}. The broker reconnects")]
        public static partial void Lost(ILogger logger, ConnectionFailureType failureType);

        [LoggerMessage(3003, LogLevel.Information, "The connection to Redis is back")]
        public static partial void Restored(ILogger logger);

        [LoggerMessage(3004, LogLevel.Information, "A new connection to Redis took over from one that was read-only or had another connection string or password")]
        public static partial void TookOver(ILogger logger);

        [LoggerMessage(3005, LogLevel.Warning, "A new connection to Redis could not be used: {Reason}. The broker tries again. Check ConnectionStrings:Redis and the server")]
        public static partial void NotBuilt(ILogger logger, string reason);
    }
}
