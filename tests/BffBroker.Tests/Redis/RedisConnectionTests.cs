using System.Collections.Concurrent;
using BffBroker.Redis;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Redis;

public sealed class RedisConnectionTests
{
    [Fact]
    public async Task A_hint_reaches_who_subscribed_under_the_same_prefix_after_a_restart_and_on_a_new_connection()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var network = new FaultProxy(redis.Port);
        await using var speaker = RedisServices.Of(redis.ConnectionString, "a:");
        await using var listener = RedisServices.Of(network.Address, "a:");
        await using var stranger = RedisServices.Of(redis.ConnectionString, "b:");
        var (heard, overheard) = (new ConcurrentBag<string>(), new ConcurrentBag<string>());
        Connection(listener).Subscribe("hints", heard.Add);
        Connection(stranger).Subscribe("hints", overheard.Add);
        await IsHeardAsync("first");

        redis.Kill();
        await Connection(speaker).PublishAsync("hints", "into the void");
        await redis.RunAsync();
        await IsHeardAsync("after the restart");

        network.LoseConnections();
        await IsHeardAsync("on a new connection");
        Assert.DoesNotContain("into the void", heard);
        Assert.Empty(overheard);

        Task IsHeardAsync(string hint) => Wait.UntilAsync(
            async () =>
            {
                await Connection(speaker).PublishAsync("hints", hint);
                _ = await PingsAsync(listener) && await PingsAsync(stranger);
                return heard.Contains(hint);
            },
            $"the hint '{hint}'");
    }

    [Fact]
    public async Task Who_waits_to_write_hears_of_the_loss_and_of_the_return()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var services = RedisServices.Of(redis.ConnectionString, "a:");
        var signals = services.GetRequiredService<StoreSignals>();
        await Wait.UntilAsync(() => PingsAsync(services), "Redis to answer");
        var (before, restored) = (signals.Interruptions, signals.NextRestored);

        redis.Kill();
        await Wait.UntilAsync(() => signals.Interruptions > before, "the loss to be told");
        Assert.False(restored.IsCompleted);

        await redis.RunAsync();
        await restored.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => PingsAsync(services), "Redis to answer");
        Assert.True(signals.SinceRestored < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Who_could_not_write_for_want_of_memory_hears_when_something_works_again()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var services = RedisServices.Of(redis.ConnectionString, "a:");
        await Wait.UntilAsync(() => PingsAsync(services), "Redis to answer");
        await redis.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        var restored = services.GetRequiredService<StoreSignals>().NextRestored;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Connection(services).RunAsync("set", database => database.StringSetAsync("a:x", "y")));
        Assert.False(restored.IsCompleted);
        await Wait.UntilAsync(async () => await PingsAsync(services) && restored.IsCompleted, "the writers to be told");
    }

    [Fact]
    public async Task Each_operation_is_measured_with_what_came_of_it()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var network = new FaultProxy(redis.Port);
        await using var services = RedisServices.Of(network.Address, "a:");
        using var measured = new Measurements(services);
        var connection = Connection(services);
        await Wait.UntilAsync(() => PingsAsync(services), "Redis to answer");
        measured.All.Clear();

        await PingsAsync(services);
        _ = await connection.EvaluateAsync(new("double", "return 2 * ARGV[1]"), ["a:x"], 4);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => connection.RunAsync("nonsense", database => database.ExecuteAsync("NONSENSE")));
        network.LoseConnections();
        await PingsAsync(services);
        network.Fault = LinkFault.Refuse;
        await Wait.UntilAsync(() => !connection.IsConnected, "the loss to be seen");
        await PingsAsync(services);

        Assert.Equal(["ping ok", "double ok", "nonsense refused", "ping timeout", "ping unavailable"], measured.All.Select(measurement => measurement["bff.redis.duration ".Length..]));
    }

    private static RedisConnection Connection(ServiceProvider services) => services.GetRequiredService<RedisConnection>();

    private static async Task<bool> PingsAsync(ServiceProvider services)
    {
        try
        {
            await Connection(services).RunAsync("ping", database => database.PingAsync());
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
