using BffBroker.Sessions;

namespace BffBroker.Redis;

/// <summary>
/// <c>maxmemory-policy</c>, as Redis tells it in INFO. A Redis that may evict any key logs users out when its memory is full, and throws
/// away the key ring with them.
/// </summary>
internal sealed partial class EvictionPolicy(RedisConnection redis, ILogger<EvictionPolicy> logger)
{
    private const string Member = "maxmemory_policy:";

    private string? _told;

    /// <summary>False also when Redis does not tell: INFO may be forbidden.</summary>
    public async Task<bool> MayEvictAnythingAsync()
    {
        try
        {
            var memory = await redis.InfoAsync("memory");
            var policy = memory.Split('\n').FirstOrDefault(line => line.StartsWith(Member, StringComparison.Ordinal))?[Member.Length..].Trim();
            var may = policy is not null and not "noeviction" && !policy.StartsWith("volatile-", StringComparison.Ordinal);
            if (policy != Interlocked.Exchange(ref _told, policy) && may)
            {
                Log.MayEvict(logger, policy!);
            }

            return may;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3008, LogLevel.Warning, "Redis may evict sessions and the key ring when its memory is full: maxmemory-policy is {Policy}. Set it to noeviction")]
        public static partial void MayEvict(ILogger logger, string policy);
    }
}
