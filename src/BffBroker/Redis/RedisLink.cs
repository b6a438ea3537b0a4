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

    /// <summary>The one in use; null before there is any.</summary>
    public ConnectionMultiplexer? Current => _current;

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
}
