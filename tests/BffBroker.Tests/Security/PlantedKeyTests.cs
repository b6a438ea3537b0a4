using System.Net;
using System.Xml.Linq;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>
/// Somebody may read and write all of Redis, and has the certificate's public half. He makes a key, brings it into the ring, and seals with it:
/// a session of whom he likes, a <c>state</c> for whom he likes.
/// </summary>
public sealed class PlantedKeyTests(RedisServer redis)
{
    public static MatrixTheoryData<PlantedValue, bool> Plants => new(Enum.GetValues<PlantedValue>(), [false, true]);

    [Theory]
    [MemberData(nameof(Plants))]
    public async Task A_planted_key_opens_nothing_and_nobody_is_logged_out(PlantedValue how, bool alone)
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        var attacker = AttackerKey.Create(world.Certificate.PublicHalf);
        await world.PlantAsync(attacker, how, alone);
        world.LetReload();

        await world.AssertForgeryFailsAsync(attacker, world.World.Broker);
        await world.AssertServesUserAsync(world.World.Broker);
        Assert.True(await world.World.Broker.IsAlarmedAsync());

        var fresh = await world.StartNodeAsync();
        await world.AssertForgeryFailsAsync(attacker, fresh);
        await world.AssertServesUserAsync(fresh);
        Assert.True(await fresh.IsReadyAsync());
        Assert.True(await fresh.IsAlarmedAsync());
    }

    [Theory]
    [InlineData(PlantedValue.InClear)]
    [InlineData(PlantedValue.EncryptedToTheCertificate)]
    public async Task A_planted_key_is_nothing_to_nodes_that_have_no_other(PlantedValue how)
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        var attacker = AttackerKey.Create(world.Certificate.PublicHalf);
        await world.World.Broker.DisposeAsync();
        await world.PlantAsync(attacker, how, alone: true);

        var fresh = await world.StartNodeAsync();

        await world.AssertForgeryFailsAsync(attacker, fresh);
        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync(fresh, "/me", await KeyRingWorld.LogInAsync(fresh))).StatusCode);
    }

    [Fact]
    public async Task A_planted_revocation_logs_nobody_out()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        await world.Redis.ListRightPushAsync(world.RingKey, new XElement(
            "revocation",
            new XAttribute("version", "1"),
            new XElement("revocationDate", TimeProvider.System.GetUtcNow().AddMinutes(1)),
            new XElement("key", new XAttribute("id", "*")),
            new XElement("reason")).ToString());

        var fresh = await world.StartNodeAsync();

        await world.AssertServesUserAsync(fresh);
        Assert.True(await fresh.IsAlarmedAsync());
    }

    [Fact]
    public async Task A_key_that_stands_in_the_ring_many_times_is_one_key()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        var genuine = Assert.Single(await world.RingAsync());
        await world.Redis.ListRightPushAsync(world.RingKey, [genuine, genuine, $"<!-- again -->{genuine}", genuine.Replace("<signed ", "<signed \n", StringComparison.Ordinal)]);

        var fresh = await world.StartNodeAsync();

        await world.AssertServesUserAsync(fresh);
        Assert.Equal(1, (await fresh.ReadinessAsync()).GetProperty("keyRing").GetProperty("keys").GetInt32());
    }

    [Fact]
    public async Task A_value_of_more_than_64_KiB_is_not_looked_at_whoever_signed_it()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        var genuine = Assert.Single(await world.RingAsync());
        await world.Redis.ListRightPushAsync(world.RingKey, $"<!--{new string('x', 64 * 1024)}-->{genuine}");

        var fresh = await world.StartNodeAsync();

        await world.AssertServesUserAsync(fresh);
        Assert.True(await fresh.IsAlarmedAsync());
    }
}
