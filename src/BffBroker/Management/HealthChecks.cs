using BffBroker.Redis;
using BffBroker.Sessions;
using BffBroker.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace BffBroker.Management;

/// <summary>
/// The checks of <c>/health/ready</c>, whose names are in its response. They run in stages: the checks of one stage run in parallel, and a
/// failed check ends the run after its stage.
/// </summary>
internal static class HealthChecks
{
    private const string Lifetime = "lifetime";
    private const string Required = "required";
    private const string Advisory = "advisory";

    /// <summary>Tags of the registrations, in the order of the run.</summary>
    public static IReadOnlyList<string> Stages { get; } = [Lifetime, Required, Advisory];

    public static void AddReadinessChecks(this IServiceCollection services, IConfiguration configuration)
    {
        var checks = services.AddHealthChecks()
            .AddCheck<StartingHealthCheck>("starting", tags: [Lifetime])
            .AddCheck<StoppingHealthCheck>("stopping", tags: [Lifetime]);
        if (configuration.HasRedis)
        {
            checks
                .AddCheck<RedisHealthCheck>("redis", tags: [Required])
                .AddCheck<RedisEvictionHealthCheck>("redis_eviction_policy", tags: [Advisory])
                .AddCheck<KeyRingTamperingHealthCheck>("key_ring_tampered", tags: [Advisory]);
        }

        checks.AddCheck<KeyRingHealthCheck>("key_ring", tags: [Required]);
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

/// <summary>Fails when Redis does not answer a PING.</summary>
internal sealed class RedisHealthCheck(RedisConnection redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        _ = await redis.RunAsync("ping", database => database.PingAsync()).WaitAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}

/// <summary>Fails when the key ring cannot encrypt.</summary>
internal sealed class KeyRingHealthCheck(KeyRing keyRing) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // Data Protection reads the ring synchronously and cannot be cancelled. On a thread of its own it does not delay the response.
        _ = await Task.Run(() => keyRing.SealLoginState([]), cancellationToken).WaitAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}

/// <summary>Degraded while the key ring in Redis, as this node read it last, has elements that no broker has written.</summary>
internal sealed class KeyRingTamperingHealthCheck(RedisKeyRing keyRing) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(keyRing.State is { IgnoredElements: > 0 } ? HealthCheckResult.Degraded() : HealthCheckResult.Healthy());
}
