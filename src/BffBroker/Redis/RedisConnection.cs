using BffBroker.Sessions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>
/// The one connection to Redis. Every operation is bounded by <c>Redis:Timeout</c>, and every failure is a
/// <see cref="StoreUnavailableException"/>. A timed-out write may still be done later: its outcome is unknown.
/// </summary>
internal sealed partial class RedisConnection(IOptions<RedisOptions> options, TimeProvider clock, ILogger<RedisConnection> logger) : IHostedService, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task<ConnectionMultiplexer>? _connecting;
    private long _restoredAtTicks;

    public RedisOptions Options { get; } = options.Value;

    /// <summary>How long the connection has been back after a loss; for ever if it was never lost.</summary>
    public TimeSpan SinceRestored => TimeSpan.FromTicks(clock.GetUtcNow().Ticks - Interlocked.Read(ref _restoredAtTicks));

    public bool IsConnected => _connecting is { IsCompletedSuccessfully: true } connected && connected.Result.IsConnected;

    /// <summary>Begins to connect, and does not wait: the broker starts while Redis is down.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = ConnectAsync();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> operation)
    {
        var start = clock.GetTimestamp();
        try
        {
            var multiplexer = await ConnectAsync().WaitAsync(Options.Timeout, clock);

            // Without a connection a command would be queued and done long after its caller has been told 503.
            if (!multiplexer.IsConnected)
            {
                throw new StoreUnavailableException("Redis is not connected.");
            }

            var left = Options.Timeout - clock.GetElapsedTime(start);
            return await operation(multiplexer.GetDatabase()).WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
        }
        catch (Exception exception) when (exception is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException)
        {
            throw new StoreUnavailableException(ReasonOf(exception), exception) { IsOutcomeUnknown = exception is not RedisServerException };
        }
    }

    /// <summary>For the key ring, which Data Protection reads synchronously, and seldom.</summary>
    public IDatabase GetDatabase()
    {
        var connecting = ConnectAsync();
        return Task.WaitAny([connecting], Options.Timeout) == 0 && connecting.IsCompletedSuccessfully && connecting.Result.IsConnected
            ? connecting.Result.GetDatabase()
            : throw new StoreUnavailableException("Redis is not connected.");
    }

    /// <summary>Runs a script that touches keys of one slot and gives a number.</summary>
    public Task<long> EvaluateAsync(string script, string[] keys, params RedisValue[] arguments) =>
        RunAsync(database => EvaluateAsync(database, script, [.. keys.Select(key => (RedisKey)key)], arguments));

    public async ValueTask DisposeAsync()
    {
        if (_connecting is { IsCompletedSuccessfully: true } connected)
        {
            var multiplexer = await connected;
            await multiplexer.CloseAsync(allowCommandsToComplete: false);
            multiplexer.Dispose();
        }
    }

    /// <summary>For a log: what Redis itself said, or how the connection failed.</summary>
    public static string ReasonOf(Exception exception) => exception switch
    {
        RedisServerException said => said.Message,
        RedisConnectionException lost => $"The connection to Redis failed: {lost.FailureType}.",
        TimeoutException => "Redis did not answer in time.",
        _ => "The connection to Redis is closed.",
    };

    private static async Task<long> EvaluateAsync(IDatabase database, string script, RedisKey[] keys, RedisValue[] arguments)
    {
        try
        {
            return (long)await database.ScriptEvaluateAsync(script, keys, arguments);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // Redis was restarted, and has forgotten what the client thinks it knows. It did nothing; this time the client sends the text.
            return (long)await database.ScriptEvaluateAsync(script, keys, arguments);
        }
    }

    private Task<ConnectionMultiplexer> ConnectAsync()
    {
        lock (_gate)
        {
            return _connecting is null or { IsFaulted: true } ? _connecting = Task.Run(OpenAsync) : _connecting;
        }
    }

    private async Task<ConnectionMultiplexer> OpenAsync()
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(Options.ToConfiguration());
        Prepare(multiplexer);
        multiplexer.ConnectionFailed += (_, failure) => Log.Lost(logger, failure.FailureType);
        multiplexer.ConnectionRestored += (_, _) =>
        {
            Interlocked.Exchange(ref _restoredAtTicks, clock.GetUtcNow().Ticks);
            Log.Restored(logger);
        };
        if (!multiplexer.IsConnected)
        {
            Log.NotReached(logger);
        }

        return multiplexer;
    }

    /// <summary>What one version of the client library needs right after connecting, and another does not.</summary>
    static partial void Prepare(ConnectionMultiplexer multiplexer);

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Warning, "Redis cannot be reached; the broker goes on trying, and answers 503 to whoever brings a session. Check ConnectionStrings:Redis and the server")]
        public static partial void NotReached(ILogger logger);

        [LoggerMessage(3002, LogLevel.Warning, "The connection to Redis was lost: {FailureType}. The broker reconnects by itself")]
        public static partial void Lost(ILogger logger, ConnectionFailureType failureType);

        [LoggerMessage(3003, LogLevel.Information, "The connection to Redis is back")]
        public static partial void Restored(ILogger logger);
    }
}
