using BffBroker.Sessions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BffBroker.Redis;

/// <summary>
/// Degraded when Redis may evict any key (<c>maxmemory-policy</c> is <c>allkeys-*</c>). When the memory of such a Redis is full, users are
/// logged out and the key ring is lost. Healthy also when Redis does not report its policy: the account may lack <c>+info</c>.
/// </summary>
internal sealed partial class RedisEvictionHealthCheck(RedisConnection redis, ILogger<RedisEvictionHealthCheck> logger) : IHealthCheck
{
    private const string Member = "maxmemory_policy:";

    private string? _loggedPolicy;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // Bounded by Redis:Timeout alone: a timeout of the service would make the node unready.
            var memory = await redis.InfoAsync("memory");
            return Judge(memory.Split('\n').FirstOrDefault(line => line.StartsWith(Member, StringComparison.Ordinal))?[Member.Length..].Trim());
        }
        catch (StoreUnavailableException exception)
        {
            if (RedisError.IsRefused(exception))
            {
                redis.WarnOfRefused("INFO", exception.Message, "Its maxmemory-policy cannot be checked, and a failover is noticed later", "+info");
            }

            return HealthCheckResult.Healthy();
        }
    }

    private HealthCheckResult Judge(string? policy)
    {
        var mayEvict = policy is not null and not "noeviction" && !policy.StartsWith("volatile-", StringComparison.Ordinal);
        if (policy != Interlocked.Exchange(ref _loggedPolicy, policy) && mayEvict)
        {
            Log.MayEvict(logger, policy!);
        }

        return mayEvict ? HealthCheckResult.Degraded("redis_eviction_policy") : HealthCheckResult.Healthy();
    }

    private static partial class Log
    {
        [LoggerMessage(3008, LogLevel.Warning, "Redis may evict sessions and the key ring when its memory is full: maxmemory-policy is {Policy}. Set it to noeviction")]
        public static partial void MayEvict(ILogger logger, string policy);
    }
}
