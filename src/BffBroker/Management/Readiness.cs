using BffBroker.Redis;
using BffBroker.Sessions;
using Microsoft.Extensions.Options;

namespace BffBroker.Management;

/// <summary>Whether this node can serve sessions: it listens and goes on to, Redis answers and the key ring opens.</summary>
internal sealed partial class Readiness(
    KeyRing keyRing, IServiceProvider services, IHostApplicationLifetime lifetime, IOptions<RedisOptions> redisOptions, ILogger<Readiness> logger)
{
    private readonly RedisConnection? _redis = services.GetService<RedisConnection>();
    private readonly EvictionPolicy? _eviction = services.GetService<EvictionPolicy>();
    private readonly SignedXmlRepository? _storedKeyRing = services.GetService<SignedXmlRepository>();

    /// <summary>Null for one in memory, or that was not read yet.</summary>
    public KeyRingState? KeyRing => _storedKeyRing?.State;

    /// <summary>The names of the checks that fail; none when the node is ready.</summary>
    public async Task<IReadOnlyList<string>> FailuresAsync(CancellationToken cancellationToken)
    {
        // Whatever else works: the public listener is not there yet, or takes nothing new any more.
        if (lifetime.ApplicationStopping.IsCancellationRequested || !lifetime.ApplicationStarted.IsCancellationRequested)
        {
            return [lifetime.ApplicationStopping.IsCancellationRequested ? "stopping" : "starting"];
        }

        var failures = new List<string>();
        if (_redis is not null && !await PassesAsync("redis", _redis.RunAsync("ping", database => database.PingAsync()), cancellationToken))
        {
            failures.Add("redis");
        }

        // Reading the ring blocks while it is fetched.
        if (!await PassesAsync("key_ring", Task.Run(() => keyRing.SealLoginState([]), cancellationToken), cancellationToken))
        {
            failures.Add("key_ring");
        }

        return failures;
    }

    /// <summary>Null when there are none.</summary>
    public async Task<IReadOnlyList<string>?> WarningsAsync()
    {
        var warnings = new List<string>();
        if (_eviction is not null && await _eviction.MayEvictAnythingAsync())
        {
            warnings.Add("redis_eviction_policy");
        }

        if (KeyRing is { IgnoredElements: > 0 })
        {
            warnings.Add("key_ring_tampered");
        }

        return warnings.Count > 0 ? warnings : null;
    }

    private async Task<bool> PassesAsync(string check, Task work, CancellationToken cancellationToken)
    {
        try
        {
            await work.WaitAsync(redisOptions.Value.Timeout * 2, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is StoreUnavailableException or TimeoutException)
        {
            Log.NotReady(logger, check, exception.Message);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5001, LogLevel.Warning, "Not ready, {Check} fails: {Reason}")]
        public static partial void NotReady(ILogger logger, string check, string reason);
    }
}
