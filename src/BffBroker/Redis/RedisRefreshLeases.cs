using System.Buffers.Text;
using System.Security.Cryptography;
using BffBroker.Sessions;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>
/// The lease <c>bff:{handle}:lease</c>: its value is the owner, its life is short, and only the owner renews or deletes it. Its release is
/// published, as a hint: nobody depends on hearing it.
/// </summary>
internal sealed partial class RedisRefreshLeases : IRefreshLeases
{
    private const string Channel = "released";
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(2);

    private static readonly RedisScript Renew = new("renew", """
        local owner = redis.call('GET', KEYS[1])
        if owner and owner ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        return 1
        """);

    private static readonly RedisScript Release = RedisScript.DeleteOwn("release");

    // After an outage another node may hold a new token that it could not save, and its lease has ended meanwhile. It saves within a second
    // of its own reconnect; who sent the old token before that could kill the grant.
    private static readonly TimeSpan SavesGoFirst = TimeSpan.FromSeconds(3);

    private readonly RedisConnection _redis;
    private readonly StoreSignals _signals;
    private readonly TimeProvider _clock;
    private readonly ILogger<RedisRefreshLeases> _logger;
    private readonly ReleaseHints _hints = new();

    public RedisRefreshLeases(RedisConnection redis, StoreSignals signals, TimeProvider clock, ILogger<RedisRefreshLeases> logger)
    {
        (_redis, _signals, _clock, _logger) = (redis, signals, clock, logger);
        redis.Subscribe(Channel, handle => _hints.Hint(new(handle)));
    }

    public ReleaseHints.Watch Watch(SessionHandle handle) => _hints.Of(handle);

    public async Task<IAsyncDisposable?> TryAcquireAsync(SessionHandle handle)
    {
        if (_signals.SinceRestored < SavesGoFirst)
        {
            return null;
        }

        var key = _redis.Options.Key("{" + handle.Value + "}:lease");
        var owner = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        try
        {
            var isOurs = await _redis.RunAsync("lease", database => database.StringSetAsync(key, owner, Life, When.NotExists));
            return isOurs ? new Lease(this, handle, key, owner) : null;
        }
        catch (StoreUnavailableException exception) when (exception.IsOutcomeUnknown)
        {
            // It may have been taken, or may still be, for an owner who does not know.
            _ = TryAsync(Release, key, owner);
            throw;
        }
    }

    // A lease that cannot be renewed or released ends by itself; the refresh does not depend on it, since a save names its generation.
    private async Task TryAsync(RedisScript script, string key, params RedisValue[] arguments)
    {
        try
        {
            await _redis.EvaluateAsync(script, [key], arguments);
        }
        catch (StoreUnavailableException exception)
        {
            Log.NotRenewed(_logger, exception.Message);
        }
    }

    private sealed class Lease : IAsyncDisposable
    {
        private readonly RedisRefreshLeases _leases;
        private readonly SessionHandle _handle;
        private readonly string _key;
        private readonly string _owner;
        private readonly CancellationTokenSource _released = new();
        private readonly Task _renewing;

        public Lease(RedisRefreshLeases leases, SessionHandle handle, string key, string owner)
        {
            (_leases, _handle, _key, _owner) = (leases, handle, key, owner);
            _renewing = RenewAsync(leases._clock);
        }

        public async ValueTask DisposeAsync()
        {
            await _released.CancelAsync();
            await _renewing;
            _released.Dispose();
            await _leases.TryAsync(Release, _key, _owner);
            _ = _leases._redis.PublishAsync(Channel, _handle.Value); // nobody waits for a hint
        }

        private async Task RenewAsync(TimeProvider clock)
        {
            using var timer = new PeriodicTimer(RenewEvery, clock);
            try
            {
                while (await timer.WaitForNextTickAsync(_released.Token))
                {
                    await _leases.TryAsync(Renew, _key, _owner, (long)Life.TotalMilliseconds);
                }
            }
            catch (OperationCanceledException)
            {
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3101, LogLevel.Debug, "A refresh lease could not be renewed or released; it ends by itself: {Reason}")]
        public static partial void NotRenewed(ILogger logger, string reason);
    }
}
