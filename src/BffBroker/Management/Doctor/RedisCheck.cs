using BffBroker.Redis;
using BffBroker.Sessions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace BffBroker.Management.Doctor;

/// <summary>Whether Redis is there, which it is, and what it may do; then what needs it.</summary>
internal static class RedisCheck
{
    // The client has its own patience, and so have the masters of a cluster.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<List<Finding>> RunAsync(IServiceProvider services)
    {
        if (services.GetService<RedisMultiplexer>() is not { } multiplexer)
        {
            return [Finding.Ok("Redis: not used. Sessions and keys live in memory, which is for Development.")];
        }

        const string Remedy = "Mend ConnectionStrings:Redis, the server, or the network between.";
        var troubles = await RedisProbe.TroublesAsync(multiplexer.Options);
        if (troubles.Count == multiplexer.Options.ToConfiguration().EndPoints.Count)
        {
            var text = $"Redis: no connection. {string.Join("; ", troubles.Select(trouble => trouble.Text))}.";
            return [troubles.TrueForAll(trouble => trouble.MayPass) ? Finding.Outage(text, Remedy) : Finding.Problem(text, Remedy)];
        }

        if (!await IsConnectedAsync(multiplexer))
        {
            return [Finding.Problem("Redis: it answers, but the client does not get through. In a cluster, and with Sentinel, each address that Redis announces must be reachable from here.", Remedy)];
        }

        var redis = services.GetRequiredService<RedisConnection>();
        try
        {
            return
            [
                .. troubles.Select(trouble => Finding.Warning($"Redis: of its addresses, {trouble.Text}.", Remedy)),
                .. await AboutAsync(redis),
                .. await EvictionAsync(services.GetRequiredService<RedisEvictionHealthCheck>()),
                .. await ClockAsync(redis, services.GetRequiredService<TimeProvider>()),
                .. await RightsCheck.RunAsync(redis),
                .. await KeyRingCheck.RunAsync(services),
            ];
        }
        catch (StoreUnavailableException exception)
        {
            return [Finding.Outage($"Redis: it stopped answering. {exception.Message}", "Look at the server and the network between, then run this again.")];
        }
    }

    private static async Task<bool> IsConnectedAsync(RedisMultiplexer multiplexer)
    {
        try
        {
            return (await multiplexer.GetAsync().WaitAsync(Patience)).IsConnected;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static async Task<IEnumerable<Finding>> AboutAsync(RedisConnection redis)
    {
        _ = await redis.RunAsync("ping", database => database.PingAsync());
        try
        {
            var info = await redis.InfoAsync("default");
            return [Finding.Ok($"Redis: version {MemberOf(info, "redis_version")} answers ({MemberOf(info, "redis_mode")}, {MemberOf(info, "role")}).")];
        }
        catch (StoreUnavailableException exception) when (RedisError.IsRefused(exception))
        {
            return [Finding.Warning("Redis: it answers, but refuses INFO: its maxmemory-policy cannot be seen, here and in /health/ready.", "Permit +info.")];
        }
    }

    private static async Task<IEnumerable<Finding>> EvictionAsync(RedisEvictionHealthCheck eviction) => (await eviction.CheckHealthAsync(new())).Status == HealthStatus.Degraded
        ? [Finding.Warning("Redis: maxmemory-policy lets it evict sessions and the key ring when its memory is full: users are logged out.", "Set it to noeviction.")]
        : [];

    private static async Task<IEnumerable<Finding>> ClockAsync(RedisConnection redis, TimeProvider clock)
    {
        try
        {
            var sent = clock.GetUtcNow();
            var time = await redis.RunAsync("time", async database => (RedisValue[]?)await database.ExecuteAsync("TIME"));
            return time is [var seconds, var microseconds]
                ? [ClockCheck.Compare("Redis", DateTimeOffset.FromUnixTimeSeconds((long)seconds).AddMicroseconds((long)microseconds), sent, clock.GetUtcNow())]
                : [];
        }
        catch (StoreUnavailableException exception) when (RedisError.IsRefused(exception))
        {
            return []; // the broker itself does not ask
        }
    }

    private static string MemberOf(string info, string name) =>
        info.Split('\n').FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..].Trim() ?? "?";
}
