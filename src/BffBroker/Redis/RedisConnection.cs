using System.Collections.Concurrent;
using BffBroker.Sessions;
using BffBroker.Telemetry;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>
/// The operations on Redis. Each is bounded by <c>Redis:Timeout</c>, and every failure is a <see cref="StoreUnavailableException"/>. A
/// timed-out write may still be done later: its outcome is unknown.
/// </summary>
internal sealed partial class RedisConnection(
    RedisMultiplexer multiplexer, StoreSignals signals, BrokerMeter meter, TimeProvider clock, ILogger<RedisConnection> logger) : IHostedService
{
    private static readonly RedisScript Info = new("info", "return redis.call('INFO', ARGV[1])");

    private readonly ConcurrentDictionary<string, string> _refused = new();

    /// <inheritdoc cref="RedisMultiplexer.Options"/>
    public RedisOptions Options => multiplexer.Options;

    public bool IsConnected => multiplexer.IsConnected;

    /// <summary>Begins to connect, and does not wait: the broker starts while Redis is down.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        multiplexer.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <param name="name">Of the operation, in the histogram: a word of a small, fixed set.</param>
    public async Task<T> RunAsync<T>(string name, Func<IDatabase, Task<T>> operation)
    {
        var start = clock.GetTimestamp();
        var (current, outcome) = (multiplexer.Current, "ok");
        try
        {
            current ??= await FirstAsync();
            var left = Options.Timeout - clock.GetElapsedTime(start);
            var result = await operation(current.GetDatabase()).WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
            signals.Answered();
            return result;
        }
        catch (Exception exception) when (RedisError.Of(exception) is { } error)
        {
            outcome = error.Outcome;
            Failed(error.Effect, current);
            throw exception as StoreUnavailableException ?? new StoreUnavailableException(error.Reason, exception) { IsOutcomeUnknown = error.IsOutcomeUnknown };
        }
        finally
        {
            var duration = clock.GetElapsedTime(start);
            meter.RedisCalled(duration, name, outcome);
            BrokerTrace.RedisCalled(duration, name, outcome);
        }
    }

    /// <summary>For the package that keeps the key ring, within an operation of <see cref="RunAsync"/>.</summary>
    public IDatabase GetDatabase() => multiplexer.Current?.GetDatabase() ?? throw new StoreUnavailableException("Redis is not connected.");

    /// <summary>Runs a script that touches keys of one slot and gives a number.</summary>
    public Task<long> EvaluateAsync(RedisScript script, string[] keys, params RedisValue[] arguments) =>
        EvaluateAsync(script, keys, result => (long)result, arguments);

    /// <summary>Runs a script that touches keys of one slot, and reads what it gives.</summary>
    public Task<T> EvaluateAsync<T>(RedisScript script, string[] keys, Func<RedisResult, T> read, params RedisValue[] arguments) =>
        RunAsync(script.Operation, async database => read(await database.ScriptEvaluateAsync(script.Text, [.. keys.Select(key => (RedisKey)key)], arguments)));

    /// <summary>
    /// A section of <c>INFO</c>, such as <c>memory</c>, or <c>default</c>. It is asked by a script: the client rejects INFO as an administrative command
    /// unless the connection string has allowAdmin=true. Redis permits INFO in scripts, and still requires +info of the account.
    /// </summary>
    public Task<string> InfoAsync(string section) => EvaluateAsync(Info, [], result => (string?)result ?? "", section);

    /// <summary>Publishes a hint. Nodes that are not subscribed miss it. A failure is logged, not thrown.</summary>
    public async Task PublishAsync(string channel, string message)
    {
        try
        {
            _ = await RunAsync("publish", database => database.PublishAsync(Channel(channel), message));
        }
        catch (StoreUnavailableException exception)
        {
            if (RedisError.IsRefused(exception))
            {
                WarnOfRefused("PUBLISH", exception.Message, "Nodes wait longer for each other's refreshes", "+publish");
            }

            Log.NotPublished(logger, exception.Message);
        }
    }

    /// <summary>
    /// Hears what is published while this node is connected, now and after every reconnect; at times twice. <paramref name="handler"/> runs on
    /// the thread that reads the answers of Redis: it must not block.
    /// </summary>
    public void Subscribe(string channel, Action<string> handler) => multiplexer.OnEach(each => _ = SubscribeAsync(each, Channel(channel), handler));

    /// <summary>Warns once of a command that Redis refuses and the broker can do without.</summary>
    public void WarnOfRefused(string command, string reason, string effect, string right)
    {
        if (_refused.TryAdd(command, reason))
        {
            Log.Refused(logger, command, reason, effect, right);
        }
    }

    private RedisChannel Channel(string name) => new(Options.Key(name), RedisChannel.PatternMode.Literal);

    private async Task<ConnectionMultiplexer> FirstAsync()
    {
        try
        {
            return await multiplexer.GetAsync().WaitAsync(Options.Timeout, clock);
        }
        catch (TimeoutException)
        {
            throw new StoreUnavailableException("Redis is not connected."); // nothing was sent
        }
    }

    private void Failed(RedisErrorEffect effect, ConnectionMultiplexer? current)
    {
        if (effect == RedisErrorEffect.Rejected)
        {
            return;
        }

        if (effect == RedisErrorEffect.TimedOut)
        {
            signals.Interrupted();
        }

        signals.Failed(mayHaveFailedOver: effect is RedisErrorEffect.ConnectionLost or RedisErrorEffect.ReadOnly);
        if (current is not null && (effect == RedisErrorEffect.ReadOnly || (current.IsConnected && !RedisMultiplexer.IsWritable(current))))
        {
            multiplexer.ReplaceReadOnly(current);
        }
    }

    private async Task SubscribeAsync(ConnectionMultiplexer each, RedisChannel channel, Action<string> handler)
    {
        try
        {
            await each.GetSubscriber().SubscribeAsync(channel, (_, message) => handler((string?)message ?? ""));
        }
        catch (Exception exception) when (RedisError.Of(exception) is { } error)
        {
            if (exception is RedisServerException)
            {
                WarnOfRefused("SUBSCRIBE", error.Reason, "Nodes wait longer for each other's refreshes", "+subscribe");
            }

            Log.NotSubscribed(logger, error.Reason); // the client subscribes when it is connected
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3006, LogLevel.Debug, "A hint to the other nodes could not be sent: {Reason}")]
        public static partial void NotPublished(ILogger logger, string reason);

        [LoggerMessage(3007, LogLevel.Debug, "The hints of other nodes cannot be received: {Reason}")]
        public static partial void NotSubscribed(ILogger logger, string reason);

        [LoggerMessage(3009, LogLevel.Warning, "Redis refuses {Command}: {Reason} {Effect}. Permit {Right}")]
        public static partial void Refused(ILogger logger, string command, string reason, string effect, string right);
    }
}

/// <summary>A Lua script.</summary>
/// <param name="Operation">The word for it in the histogram.</param>
internal sealed record RedisScript(string Operation, string Text)
{
    /// <summary>Deletes a key while it still has the value that its owner gave it.</summary>
    public static RedisScript DeleteOwn(string operation) =>
        new(operation, "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0");
}
