using System.Net;
using BffBroker.Redis;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Serilog.Events;

namespace BffBroker.Tests.Redis;

/// <summary>The connection string leads to a replica, as a provider's reader endpoint does, or the master becomes one.</summary>
public sealed class ReadOnlyReplicaTests
{
    [Fact]
    public async Task A_broker_at_a_replica_is_ready_says_that_nobody_can_log_in_and_is_well_when_it_becomes_the_master()
    {
        using var master = await OwnRedis.StartAsync();
        await using (var writer = await World.StartAsync(("ConnectionStrings:Redis", master.ConnectionString)))
        {
            await writer.LogInAsync();
        }

        using var replica = await OwnRedis.StartAsync("--replicaof", "127.0.0.1", $"{master.Port}");
        await Wait.UntilAsync(async () => await replica.CommandAsync("DBSIZE") == await master.CommandAsync("DBSIZE"), "the replica to have the key ring");
        var log = new RecordingSink();
        await using var world = await World.StartAsync([("ConnectionStrings:Redis", replica.ConnectionString), .. log.Settings(LogEventLevel.Information)]);
        await Wait.UntilAsync(world.Broker.IsReadyAsync, "the broker to be ready");

        for (var probe = 0; probe < 3; probe++)
        {
            Assert.StartsWith("""{"status":"ready","failed":[],"warnings":["redis_read_only"],""", await ReadyAsync(), StringComparison.Ordinal);
        }

        Assert.Equal((1, 0), (Count(log, 3010), Count(log, 3011)));
        Assert.Equal(LogEventLevel.Warning, log.Events.Single(line => IsEvent(line, 3010)).Level);
        var login = await world.Browser.VisitAsync(World.At("/login"));
        Assert.True(login.Response.StatusCode == HttpStatusCode.ServiceUnavailable || login.Url.Query == "?login_error=temporarily_unavailable", $"{login.Url} {login.Response.StatusCode}");

        await replica.CommandAsync("REPLICAOF", "NO", "ONE");

        await LookAsync(world.Broker.Services.GetRequiredService<RedisMultiplexer>());
        await Wait.UntilAsync(async () => !(await ReadyAsync()).Contains("warnings", StringComparison.Ordinal), "the warning to go");
        Assert.Equal((1, 1), (Count(log, 3010), Count(log, 3011)));
        await world.LogInAsync();

        async Task<string> ReadyAsync()
        {
            using var answer = await world.Broker.HealthAsync("ready");
            return await answer.TextAsync();
        }
    }

    [Fact]
    public async Task A_failover_is_no_line_of_the_log_and_one_that_gives_no_master_is_one()
    {
        using var other = await OwnRedis.StartAsync();
        using var redis = await OwnRedis.StartAsync();
        await using var services = RedisServices.Of(redis.ConnectionString, "a:");
        using var log = new RecordingLog();
        using var loggers = new LoggerFactory([log]);
        var (multiplexer, clock) = (services.GetRequiredService<RedisMultiplexer>(), new FakeTimeProvider());
        var check = new RedisReadOnlyHealthCheck(multiplexer, clock, loggers.CreateLogger<RedisReadOnlyHealthCheck>());
        _ = await multiplexer.GetAsync();
        await IsAsync(HealthStatus.Healthy);

        for (var failover = 0; failover < 2; failover++)
        {
            await redis.CommandAsync("REPLICAOF", "127.0.0.1", $"{other.Port}");
            await IsAsync(HealthStatus.Degraded);
            clock.Advance(TimeSpan.FromSeconds(10));
            await IsAsync(HealthStatus.Degraded);
            await redis.CommandAsync("REPLICAOF", "NO", "ONE");
            await IsAsync(HealthStatus.Healthy);
        }

        Assert.Equal(0, log.Count("read-only"));

        await redis.CommandAsync("REPLICAOF", "127.0.0.1", $"{other.Port}");
        await IsAsync(HealthStatus.Degraded);
        clock.Advance(TimeSpan.FromSeconds(20));
        await IsAsync(HealthStatus.Degraded);
        await IsAsync(HealthStatus.Degraded);
        Assert.Equal((1, 0), (log.Count("read-only"), log.Count("takes writes again")));

        await redis.CommandAsync("REPLICAOF", "NO", "ONE");
        await IsAsync(HealthStatus.Healthy);
        Assert.Equal((1, 1), (log.Count("read-only"), log.Count("takes writes again")));

        Task IsAsync(HealthStatus status) => Wait.UntilAsync(
            async () =>
            {
                await LookAsync(multiplexer);
                return (await check.CheckHealthAsync(new())).Status == status;
            },
            $"the check to be {status}");
    }

    // The client asks for the role of its server by itself, every 5 s.
    private static Task LookAsync(RedisMultiplexer multiplexer) => multiplexer.Current!.ConfigureAsync();

    private static int Count(RecordingSink log, int id) => log.Events.Count(line => IsEvent(line, id));

    private static bool IsEvent(LogEvent line, int id) => line.Properties.TryGetValue("EventId", out var value) && $"{value}".Contains($"Id: {id}", StringComparison.Ordinal);
}
