using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using BffBroker.Tests.Support;
using Serilog.Events;

namespace BffBroker.Tests.Management;

public sealed partial class HealthTests(RedisServer redis)
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

    [Fact]
    public async Task The_response_has_just_these_members_in_this_order()
    {
        using var own = await OwnRedis.StartAsync();
        await own.CommandAsync("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", own.ConnectionString));

        using var answer = await world.Broker.HealthAsync("ready");
        Assert.Equal(
            """{"status":"ready","failed":[],"warnings":["redis_eviction_policy"],"keyRing":{"keys":1,"newestCreatedAt":"T","readAt":"T"}}""",
            Instant.Replace(await answer.TextAsync(), "T"));
        Assert.Equal("application/json; charset=utf-8", $"{answer.Content.Headers.ContentType}");
        Assert.Equal("no-store", $"{answer.Headers.CacheControl}");
        Assert.Empty(answer.Headers.Pragma);
        Assert.Null(answer.Content.Headers.Expires);

        own.Kill();
        Assert.Equal(
            """{"status":"unready","failed":["redis"],"keyRing":{"keys":1,"newestCreatedAt":"T","readAt":"T"}}""",
            Instant.Replace(await AskAsync(world, "ready", HttpStatusCode.ServiceUnavailable), "T"));
    }

    [Fact]
    public async Task A_broker_started_while_Redis_is_down_names_redis_until_it_is_up()
    {
        using var own = await OwnRedis.StartAsync();
        own.Kill();
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", own.ConnectionString), ("Redis:Timeout", "00:00:00.2"));

        Assert.Equal("""{"status":"unready","failed":["redis","key_ring"]}""", await AskAsync(world, "ready", HttpStatusCode.ServiceUnavailable));

        await own.RunAsync();
        await Wait.UntilAsync(world.Broker.IsReadyAsync, "the broker to be ready");
    }

    [Fact]
    public async Task A_Redis_that_hangs_is_named_in_time()
    {
        using var own = await OwnRedis.StartAsync();
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", own.ConnectionString), ("Redis:Timeout", "00:00:01"));
        await Wait.UntilAsync(world.Broker.IsReadyAsync, "the broker to be ready");

        own.Suspend();
        Assert.StartsWith("""{"status":"unready","failed":["redis"],"keyRing":""", await AskAsync(world, "ready", HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);
        own.Resume();
    }

    [Fact]
    public async Task A_key_ring_that_cannot_be_read_is_named_alone()
    {
        using var own = await OwnRedis.StartAsync();
        await own.CommandAsync("ACL", "SETUSER", "default", "-lrange");
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", own.ConnectionString));

        Assert.Equal("""{"status":"unready","failed":["key_ring"]}""", await AskAsync(world, "ready", HttpStatusCode.ServiceUnavailable));
    }

    [Fact]
    public async Task Warnings_keep_their_order_and_give_way_to_a_failure()
    {
        using var own = await OwnRedis.StartAsync();
        await own.CommandAsync("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        await own.CommandAsync("RPUSH", "bff:keys", "no element");
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", own.ConnectionString));

        Assert.StartsWith(
            """{"status":"ready","failed":[],"warnings":["redis_eviction_policy","key_ring_tampered"],"keyRing":""", await AskAsync(world, "ready"), StringComparison.Ordinal);

        own.Kill();
        Assert.StartsWith("""{"status":"unready","failed":["redis"],"keyRing":""", await AskAsync(world, "ready", HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_failed_check_is_one_line_of_the_log_without_an_exception()
    {
        var log = new RecordingSink();
        await using var world = await World.StartAsync([.. log.Settings(LogEventLevel.Information), .. World.NoRedis]);

        await AskAsync(world, "ready", HttpStatusCode.ServiceUnavailable);

        var lines = log.Events.Where(line => line.MessageTemplate.Text.Contains("Not ready", StringComparison.Ordinal) || Of(line, "SourceContext").Contains("Health", StringComparison.Ordinal)).ToList();
        Assert.Equal(["redis", "key_ring"], lines.Select(line => Of(line, "Check")));
        Assert.All(lines, line =>
        {
            Assert.Equal(LogEventLevel.Warning, line.Level);
            Assert.Equal("Not ready, {Check} fails: {Reason}", line.MessageTemplate.Text);
            Assert.StartsWith("5001", Of((StructureValue)line.Properties["EventId"], "Id"), StringComparison.Ordinal);
            Assert.Null(line.Exception);
        });
    }

    /// <summary>A refused INFO says nothing of the connection.</summary>
    [Theory]
    [InlineData("+info")]
    [InlineData("-info")]
    public async Task Fifty_probes_open_no_connection_and_pause_no_refresh(string right)
    {
        using var own = await OwnRedis.StartAsync();
        await own.CommandAsync("ACL", "SETUSER", "default", right);
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", own.ConnectionString), ("Redis:Timeout", "00:00:05"));
        await world.LogInAsync();
        var next = await NextConnectionAsync(own);
        using var measured = new Measurements(world.Broker.Services);

        for (var round = 0; round < 5; round++)
        {
            world.Clock.Advance(TimeSpan.FromHours(1.1)); // the access token has expired
            var probes = Task.WhenAll(Enumerable.Range(0, 10).Select(_ => AskAsync(world, "ready")));
            await world.AssertLoggedInAsync();
            Assert.All(await probes, answer => Assert.StartsWith(Ready, answer, StringComparison.Ordinal));
        }

        Assert.Equal(5, world.Amazon.Simulator.Calls.Count(AmazonSimulator.Operation.Refresh));
        Assert.Equal(next + 1, await NextConnectionAsync(own));
        Assert.InRange(measured.Count("bff.redis.duration read_keys ok"), 0, 1); // of the upkeep, which reads the ring twice a minute
    }

    // Redis numbers its connections; the one that asks has the latest number.
    private static async Task<int> NextConnectionAsync(OwnRedis own) => int.Parse(await own.CommandAsync("CLIENT", "ID"), CultureInfo.InvariantCulture);

    private static string Of(LogEvent line, string property) => line.Properties.TryGetValue(property, out var value) && value is ScalarValue { Value: { } text } ? $"{text}" : "";

    private static string Of(StructureValue value, string member) => $"{value.Properties.Single(property => property.Name == member).Value}";

    [GeneratedRegex(@"(?<="")20[0-9-]+T[0-9:.]+\+00:00(?="")")]
    private static partial Regex Instant { get; }

    private static async Task<string> AskAsync(World world, string state, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var answer = await world.Broker.HealthAsync(state);
        Assert.Equal(status, answer.StatusCode);
        return await answer.TextAsync();
    }
}
