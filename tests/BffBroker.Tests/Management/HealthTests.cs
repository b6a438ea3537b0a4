using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Management;

public sealed class HealthTests(RedisServer redis)
{
    private const string Ready = """{"status":"ready","failed":[],"keyRing":""";
    private const string Warned = """{"status":"ready","failed":[],"warnings":["redis_eviction_policy"],"keyRing":""";

    [Fact]
    public async Task A_node_is_live_and_ready_and_tells_of_its_key_ring()
    {
        await using var world = await World.StartAsync(redis);

        Assert.Equal("""{"status":"live","failed":[]}""", await AskAsync(world, "live"));
        Assert.StartsWith(Ready + """{"keys":1,"newestCreatedAt":"20""", await AskAsync(world, "ready"), StringComparison.Ordinal);
        Assert.Contains("\"readAt\":\"20", await AskAsync(world, "ready"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_whose_sessions_live_in_memory_has_no_key_ring_to_tell_of()
    {
        await using var world = await World.StartAsync();

        Assert.Equal("""{"status":"ready","failed":[]}""", await AskAsync(world, "ready"));
    }

    [Fact]
    public async Task Without_Redis_a_node_starts_is_live_and_says_what_is_missing()
    {
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", $"127.0.0.1:{Ports.Free()}"), ("Redis:Timeout", "00:00:00.2"));

        Assert.Equal("""{"status":"live","failed":[]}""", await AskAsync(world, "live"));
        Assert.Equal("""{"status":"unready","failed":["redis","key_ring"]}""", await AskAsync(world, "ready", HttpStatusCode.ServiceUnavailable));
    }

    [Fact]
    public async Task A_Redis_that_may_evict_any_key_is_warned_of_and_serves()
    {
        using var own = await OwnRedis.StartAsync();
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", own.ConnectionString));

        foreach (var (policy, answer) in new[] { ("noeviction", Ready), ("allkeys-lru", Warned), ("volatile-ttl", Ready), ("allkeys-random", Warned) })
        {
            await own.CommandAsync("CONFIG", "SET", "maxmemory-policy", policy);
            Assert.StartsWith(answer, await AskAsync(world, "ready"), StringComparison.Ordinal);
        }

        await own.CommandAsync("ACL", "SETUSER", "default", "-info");
        Assert.StartsWith(Ready, await AskAsync(world, "ready"), StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(World world, string state, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var answer = await world.Broker.HealthAsync(state);
        Assert.Equal(status, answer.StatusCode);
        return await answer.TextAsync();
    }
}
