using System.Net;
using BffBroker.Tests.Support;
using StackExchange.Redis;

namespace BffBroker.Tests.Security;

/// <summary>Redis loses the key ring while nodes live: somebody flushes it, or a failover takes back what was written last.</summary>
public sealed class LostKeyRingTests(RedisServer redis)
{
    [Fact]
    public async Task Nodes_that_met_a_ring_without_the_other_s_keys_agree_again()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        await world.Redis.KeyDeleteAsync(world.RingKey);
        var newcomer = await world.StartNodeAsync();
        var newcomersUser = await KeyRingWorld.LogInAsync(newcomer);

        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync(world.World.Broker, "/me", newcomersUser)).StatusCode);
        await world.AssertServesUserAsync(newcomer);

        Assert.Equal(2, (await world.RingAsync()).Length);
    }

    [Fact]
    public async Task The_ring_is_back_as_it_was_without_a_request_once_Redis_is()
    {
        using var ownRedis = await OwnRedis.StartAsync();
        using var connection = await ConnectionMultiplexer.ConnectAsync(ownRedis.ConnectionString + ",abortConnect=false");
        await using var world = await KeyRingWorld.StartAsync(ownRedis.ConnectionString, connection.GetDatabase());
        var ring = await ownRedis.CommandAsync("LRANGE", world.RingKey, "0", "-1");

        ownRedis.Kill();
        await ownRedis.RunAsync("--appendfilename", "another.aof");

        await Wait.UntilAsync(async () => await ownRedis.CommandAsync("LRANGE", world.RingKey, "0", "-1") == ring, "the ring to be back");
    }

    [Fact]
    public async Task Many_nodes_put_the_ring_back_once()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        BrokerServer[] nodes = [world.World.Broker, await world.StartNodeAsync(), await world.StartNodeAsync()];
        var ring = await world.RingAsync();
        await world.Redis.KeyDeleteAsync(world.RingKey);

        await Task.WhenAll(nodes.Select(ReadAsync));

        Assert.Equal(ring, await world.RingAsync());
    }

    [Fact]
    public async Task Something_else_in_the_place_of_the_ring_gives_way_to_it()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        var ring = await world.RingAsync();
        await world.Redis.StringSetAsync(world.RingKey, "planted");

        await ReadAsync(world.World.Broker);

        Assert.Equal(ring, await world.RingAsync());
        Assert.True(await world.World.Broker.IsReadyAsync());
        await world.AssertServesUserAsync(await world.StartNodeAsync());
    }

    [Fact]
    public async Task A_node_that_has_never_seen_the_ring_deletes_nothing_and_waits_until_what_is_there_is_gone()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        await world.World.Broker.DisposeAsync();
        await world.Redis.StringSetAsync(world.RingKey, "of somebody else");
        var fresh = await world.StartNodeAsync();

        var readiness = await fresh.ReadinessAsync();
        Assert.Equal("key_ring", Assert.Single(readiness.GetProperty("failed").EnumerateArray()).GetString());
        Assert.Equal("of somebody else", (string?)await world.Redis.StringGetAsync(world.RingKey));

        await world.Redis.KeyDeleteAsync(world.RingKey);
        await Wait.UntilAsync(fresh.IsReadyAsync, "the node to be ready");
    }

    [Fact]
    public async Task A_Redis_that_takes_no_writes_is_read_and_has_the_ring_back_as_soon_as_it_does()
    {
        using var ownRedis = await OwnRedis.StartAsync();
        using var connection = await ConnectionMultiplexer.ConnectAsync(ownRedis.ConnectionString);
        await using var world = await KeyRingWorld.StartAsync(ownRedis.ConnectionString, connection.GetDatabase());
        await ownRedis.CommandAsync("CONFIG", "SET", "min-replicas-to-write", "1");
        await world.AssertServesUserAsync(await world.StartNodeAsync());
        await ownRedis.CommandAsync("CONFIG", "SET", "min-replicas-to-write", "0");
        await ownRedis.CommandAsync("DEL", world.RingKey);
        await ownRedis.CommandAsync("CONFIG", "SET", "min-replicas-to-write", "1");

        await ReadAsync(world.World.Broker);
        Assert.True(await world.World.Broker.IsReadyAsync());
        Assert.Empty(await world.RingAsync());

        await ownRedis.CommandAsync("CONFIG", "SET", "min-replicas-to-write", "0");
        await ReadAsync(world.World.Broker);
        Assert.Single(await world.RingAsync());
    }

    [Fact]
    public async Task A_replica_without_a_master_gives_the_ring_to_a_node_that_starts()
    {
        using var ownRedis = await OwnRedis.StartAsync();
        using var connection = await ConnectionMultiplexer.ConnectAsync(ownRedis.ConnectionString);
        await using var world = await KeyRingWorld.StartAsync(ownRedis.ConnectionString, connection.GetDatabase());
        await ownRedis.CommandAsync("REPLICAOF", "127.0.0.1", "1");

        await world.AssertServesUserAsync(await world.StartNodeAsync());
    }

    private static async Task ReadAsync(BrokerServer node)
    {
        var before = await ReadAtAsync();
        KeyRingWorld.Restore(node);
        await Wait.UntilAsync(async () => await ReadAtAsync() > before, "the ring to be read");

        async Task<DateTimeOffset> ReadAtAsync() => (await node.ReadinessAsync()).GetProperty("keyRing").GetProperty("readAt").GetDateTimeOffset();
    }
}
