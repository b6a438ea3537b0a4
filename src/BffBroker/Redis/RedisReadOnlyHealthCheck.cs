using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BffBroker.Redis;

/// <summary>
/// Degraded while the client is connected to read-only replicas alone, as behind a provider's reader endpoint. Sessions are read and served. Logins, refreshes
/// and logouts get 503. Healthy while no server is connected, since another check fails then.
/// </summary>
internal sealed partial class RedisReadOnlyHealthCheck(RedisMultiplexer multiplexer, TimeProvider clock, ILogger<RedisReadOnlyHealthCheck> logger) : IHealthCheck
{
    // A failover takes some seconds, and the client notices a new master within 5 s.
    private static readonly TimeSpan LongestFailover = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private long? _since;
    private bool _wasWritable;
    private bool _hasTold;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (multiplexer.Current is not { IsConnected: true } current)
        {
            return Task.FromResult(HealthCheckResult.Healthy());
        }

        var isReadOnly = !RedisMultiplexer.IsWritable(current);
        Tell(isReadOnly);
        return Task.FromResult(isReadOnly ? HealthCheckResult.Degraded("redis_read_only") : HealthCheckResult.Healthy());
    }

    // Each state once. A Redis that has taken writes may be in a failover: replicas alone are told of when they stay so.
    private void Tell(bool isReadOnly)
    {
        lock (_gate)
        {
            if (isReadOnly)
            {
                _since ??= clock.GetTimestamp();
                if (!_hasTold && (!_wasWritable || clock.GetElapsedTime(_since.Value) >= LongestFailover))
                {
                    _hasTold = true;
                    Log.ReadOnly(logger);
                }

                return;
            }

            (_since, _wasWritable) = (null, true);
            if (_hasTold)
            {
                _hasTold = false;
                Log.Writable(logger);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3010, LogLevel.Warning,
            "Redis is a read-only replica. Logins, refreshes and logouts get 503. Name the primary endpoint in ConnectionStrings:Redis, or all servers: the client finds the master")]
        public static partial void ReadOnly(ILogger logger);

        [LoggerMessage(3011, LogLevel.Information, "Redis takes writes again")]
        public static partial void Writable(ILogger logger);
    }
}
