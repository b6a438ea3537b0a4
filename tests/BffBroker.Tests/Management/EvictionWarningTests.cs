using BffBroker.Tests.Support;

namespace BffBroker.Tests.Management;

public sealed class EvictionWarningTests
{
    private const string Ready = """{"status":"ready","failed":[],"keyRing":""";
    private const string Warned = """{"status":"ready","failed":[],"warnings":["redis_eviction_policy"],"keyRing":""";

    [Fact]
    public async Task A_Redis_that_may_evict_any_key_is_warned_of_and_serves()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", redis.ConnectionString));
        using var http = new HttpClient();

        foreach (var (policy, answer) in new[] { ("noeviction", Ready), ("allkeys-lru", Warned), ("volatile-ttl", Ready), ("allkeys-random", Warned) })
        {
            await redis.CommandAsync("CONFIG", "SET", "maxmemory-policy", policy);
            Assert.StartsWith(answer, await http.GetStringAsync(new Uri(world.Broker.ManagementUrl, "/health/ready"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        await redis.CommandAsync("ACL", "SETUSER", "default", "-info");
        Assert.StartsWith(Ready, await http.GetStringAsync(new Uri(world.Broker.ManagementUrl, "/health/ready"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
