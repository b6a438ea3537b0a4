using BffBroker.Limits;
using BffBroker.Redis;
using BffBroker.Sessions;
using BffBroker.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace BffBroker.Management;

/// <summary>
/// The checks of <c>/health/ready</c>. An Unhealthy check is named in its response; the description of a Degraded result is the name of a
/// warning. The checks of the host's lifetime run first, and the others only when these pass.
/// </summary>
internal static class HealthChecks
{
    private const string Lifetime = "lifetime";

    public static bool IsOfLifetime(HealthCheckRegistration check) => check.Tags.Contains(Lifetime);

    public static void AddReadinessChecks(this IServiceCollection services, IConfiguration configuration)
    {
        var checks = services.AddHealthChecks()
            .AddCheck<StartingHealthCheck>("starting", tags: [Lifetime])
            .AddCheck<StoppingHealthCheck>("stopping", tags: [Lifetime])
            .AddCheck<ConnectionsHealthCheck>("connections");
        if (configuration.HasRedis)
        {
            checks.AddCheck<RedisHealthCheck>("redis").AddCheck<RedisReadOnlyHealthCheck>("redis_read_only").AddCheck<RedisEvictionHealthCheck>("redis_eviction_policy");
        }

        checks.AddCheck<KeyRingHealthCheck>("key_ring");
        services.AddOptions<HealthCheckServiceOptions>().PostConfigure<IOptions<RedisOptions>>((health, redis) =>
        {
            foreach (var registration in health.Registrations)
            {
                registration.Timeout = redis.Value.Timeout * 2;
            }
        });
    }
}

/// <summary>Fails until the public listener accepts requests. A host that stops before that is <c>stopping</c> alone.</summary>
internal sealed class StartingHealthCheck(IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(lifetime.ApplicationStarted.IsCancellationRequested || lifetime.ApplicationStopping.IsCancellationRequested
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy());
}

/// <summary>Fails from SIGTERM on, while the public listener still completes requests.</summary>
internal sealed class StoppingHealthCheck(IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy() : HealthCheckResult.Healthy());
}

/// <summary>Fails while the public listener takes no more connections.</summary>
internal sealed class ConnectionsHealthCheck(ConnectionLimits limits) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(limits.IsFull
        ? HealthCheckResult.Unhealthy("The public listener takes no more connections.")
        : HealthCheckResult.Healthy());
}

/// <summary>Fails when Redis does not answer a PING.</summary>
internal sealed class RedisHealthCheck(RedisConnection redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        _ = await redis.RunAsync("ping", database => database.PingAsync()).WaitAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}

/// <summary>Fails when the key ring cannot encrypt. Degraded while the ring in Redis has elements that no broker has written.</summary>
internal sealed class KeyRingHealthCheck(KeyRing keyRing, SignedXmlRepository? stored = null) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        _ = await keyRing.SealLoginStateAsync([]).WaitAsync(cancellationToken);
        return stored?.State is { IgnoredElements: > 0 } ? HealthCheckResult.Degraded("key_ring_tampered") : HealthCheckResult.Healthy();
    }
}
