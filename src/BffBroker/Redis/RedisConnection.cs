using BffBroker.Sessions;
using BffBroker.Telemetry;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>
/// The operations on Redis. Each is bounded by <c>Redis:Timeout</c>, and every failure is a <see cref="StoreUnavailableException"/>. A
/// timed-out write may still be done later: its outcome is unknown.
/// </summary>
internal sealed partial class RedisConnection(RedisLink link, BrokerMeter meter, TimeProvider clock, ILogger<RedisConnection> logger) : IHostedService
{
    /// <summary>As they were at the start; of later changes only the connection string counts.</summary>
    public RedisOptions Options => link.Options;

    /// <summary>How long the connection has been back after a loss, or a new one in its place; for ever if it was never lost.</summary>
    public TimeSpan SinceRestored => link.SinceRestored;

    public bool IsConnected => link.IsConnected;

    /// <summary>Begins to connect, and does not wait: the broker starts while Redis is down.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        link.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <param name="name">Of the operation, in the histogram: a word of a small, fixed set.</param>
    public async Task<T> RunAsync<T>(string name, Func<IDatabase, Task<T>> operation)
    {
        var start = clock.GetTimestamp();
        var outcome = "ok";
        try
        {
            var multiplexer = link.Current ?? await link.GetAsync().WaitAsync(Options.Timeout, clock);

            // Without a connection a command would be queued and done long after its caller has been told 503.
            if (!multiplexer.IsConnected)
            {
                throw new StoreUnavailableException("Redis is not connected.");
            }

            var left = Options.Timeout - clock.GetElapsedTime(start);
            var result = await operation(multiplexer.GetDatabase()).WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
            link.Answered();
            return result;
        }
        catch (Exception exception) when (RedisFailure.Of(exception) is { } failure)
        {
            outcome = failure.Outcome;
            link.Failed(failure.Kind);
            throw exception as StoreUnavailableException
                ?? new StoreUnavailableException(failure.Reason, exception) { IsOutcomeUnknown = exception is not (RedisServerException or RedisCommandException) };
        }
        finally
        {
            var duration = clock.GetElapsedTime(start);
            meter.RedisCalled(duration, name, outcome);
            BrokerTrace.RedisCalled(duration, name, outcome);
        }
    }

    /// <summary>For the key ring, which Data Protection reads synchronously, and seldom.</summary>
    public IDatabase GetDatabase()
    {
        var connecting = link.GetAsync();
        return Task.WaitAny([connecting], Options.Timeout) == 0 && connecting.IsCompletedSuccessfully && connecting.Result.IsConnected
            ? connecting.Result.GetDatabase()
            : throw new StoreUnavailableException("Redis is not connected.");
    }

    /// <summary>Runs a script that touches keys of one slot and gives a number.</summary>
    public Task<long> EvaluateAsync(RedisScript script, string[] keys, params RedisValue[] arguments) =>
        EvaluateAsync(script, keys, result => (long)result, arguments);

    /// <summary>Runs a script that touches keys of one slot, and reads what it gives.</summary>
    public Task<T> EvaluateAsync<T>(RedisScript script, string[] keys, Func<RedisResult, T> read, params RedisValue[] arguments) =>
        RunAsync(script.Operation, async database => read(await EvaluateAsync(database, script.Text, [.. keys.Select(key => (RedisKey)key)], arguments)));

    /// <summary>A hint to the other nodes: whoever does not listen just now never hears it. Trouble with Redis is nobody's business here.</summary>
    public async Task PublishAsync(string channel, string message)
    {
        try
        {
            _ = await RunAsync("publish", database => database.PublishAsync(Channel(channel), message));
        }
        catch (StoreUnavailableException exception)
        {
            Log.NotPublished(logger, exception.Message);
        }
    }

    /// <summary>
    /// Hears what is published while this node is connected, now and after every reconnect; at times twice. <paramref name="handler"/> runs on
    /// the thread that reads the answers of Redis: it must not block.
    /// </summary>
    public void Subscribe(string channel, Action<string> handler) => link.OnEach(multiplexer => _ = SubscribeAsync(multiplexer, Channel(channel), handler));

    private RedisChannel Channel(string name) => new(Options.Key(name), RedisChannel.PatternMode.Literal);

    private async Task SubscribeAsync(ConnectionMultiplexer multiplexer, RedisChannel channel, Action<string> handler)
    {
        try
        {
            await multiplexer.GetSubscriber().SubscribeAsync(channel, (_, message) => handler((string?)message ?? ""));
        }
        catch (Exception exception) when (RedisFailure.Of(exception) is { } failure)
        {
            Log.NotSubscribed(logger, failure.Reason);
        }
    }

    private static async Task<RedisResult> EvaluateAsync(IDatabase database, string script, RedisKey[] keys, RedisValue[] arguments)
    {
        try
        {
            return await database.ScriptEvaluateAsync(script, keys, arguments);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // Redis was restarted, and has forgotten what the client thinks it knows. It did nothing; this time the client sends the text.
            return await database.ScriptEvaluateAsync(script, keys, arguments);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3006, LogLevel.Debug, "A hint to the other nodes could not be sent: {Reason}")]
        public static partial void NotPublished(ILogger logger, string reason);

        [LoggerMessage(3007, LogLevel.Debug, "The hints of other nodes cannot be heard: {Reason}")]
        public static partial void NotSubscribed(ILogger logger, string reason);
    }
}
