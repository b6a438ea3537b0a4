using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>Anybody can send a <c>state</c> that names a key of which no ring knows.</summary>
public sealed class UnknownKeyTests(RedisServer redis)
{
    [Fact]
    public async Task However_many_states_name_an_unknown_key_the_ring_is_not_read_for_each()
    {
        await using var world = await World.StartAsync(redis);
        await world.LogInUpToCallbackAsync();
        using var measured = new Measurements(world.Broker.Services);

        for (var i = 0; i < 10; i++)
        {
            var answer = await world.Browser.OpenAsync(World.At($"/callback?code=ANabcdefghijklmnopqr&state={KeyRingAttack.StateOfUnknownKey()}"));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        Assert.InRange(measured.Count("bff.redis.duration read_keys ok"), 0, 2); // one for it, and one that keeps the ring up
    }
}
