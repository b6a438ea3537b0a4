using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BffBroker.OAuth;
using BffBroker.Tests.Support;
using StackExchange.Redis;

namespace BffBroker.Tests.Security;

/// <summary>A session that was asked for a moment ago is not unsealed again; what Redis says by now counts all the same.</summary>
public sealed class HotSessionTests(RedisServer redis)
{
    [Fact]
    public async Task Two_records_that_change_places_open_for_neither()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        var (one, other) = (world.UserCookie, await KeyRingWorld.LogInAsync(world.World.Broker));
        var (oneIs, otherIs) = (await RecordAsync(world, one), await RecordAsync(world, other));
        await AssertAnsweredAsync(world, HttpStatusCode.OK, one, other);

        await world.Redis.HashSetAsync(RecordOf(world, one), otherIs);
        await world.Redis.HashSetAsync(RecordOf(world, other), oneIs);
        await AssertAnsweredAsync(world, HttpStatusCode.ServiceUnavailable, one, other);

        await world.Redis.HashSetAsync(RecordOf(world, one), oneIs);
        await world.Redis.HashSetAsync(RecordOf(world, other), otherIs);
        await AssertAnsweredAsync(world, HttpStatusCode.OK, one, other);
    }

    [Theory]
    [InlineData("generation", 7)]
    [InlineData("format", 7)]
    [InlineData("sealed", 7)]
    public async Task A_record_that_was_changed_does_not_open(string member, int value)
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        await AssertAnsweredAsync(world, HttpStatusCode.OK, world.UserCookie);

        RedisValue changed = value;
        if (member == "sealed")
        {
            var bytes = (byte[])(await world.Redis.HashGetAsync(RecordOf(world, world.UserCookie), member))!;
            bytes[^value] ^= 1;
            changed = bytes;
        }

        await world.Redis.HashSetAsync(RecordOf(world, world.UserCookie), [new(member, changed)]);

        await AssertAnsweredAsync(world, HttpStatusCode.ServiceUnavailable, world.UserCookie);
    }

    [Fact]
    public async Task A_session_that_another_node_has_ended_is_over_at_once()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        await AssertAnsweredAsync(world, HttpStatusCode.OK, world.UserCookie);

        Assert.True(await world.Redis.KeyDeleteAsync(RecordOf(world, world.UserCookie)));

        Assert.Equal(HttpStatusCode.Unauthorized, (await world.GetAsync(world.World.Broker, "/auth/nginx", world.UserCookie)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await world.GetAsync(world.World.Broker, "/me", world.UserCookie)).StatusCode);
    }

    [Fact]
    public async Task Tokens_that_another_node_has_refreshed_are_used_at_once()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        var other = await world.StartNodeAsync();
        await world.AssertServesUserAsync(world.World.Broker);
        world.World.Clock.Advance(TimeSpan.FromMinutes(61));

        await world.AssertServesUserAsync(other);
        var calls = world.World.Amazon.Refreshes;
        await world.AssertServesUserAsync(world.World.Broker);

        Assert.Equal(calls, world.World.Amazon.Refreshes);
        var session = await (await world.GetAsync(world.World.Broker, "/session", world.UserCookie)).Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.True(session.TryGetProperty("refreshedAt", out _));
    }

    private static async Task AssertAnsweredAsync(KeyRingWorld world, HttpStatusCode expected, params string[] cookies)
    {
        foreach (var (cookie, path) in cookies.SelectMany(cookie => new[] { "/auth/nginx", "/session", "/me" }.Select(path => (cookie, path))))
        {
            Assert.Equal(expected, (await world.GetAsync(world.World.Broker, path, cookie)).StatusCode);
        }
    }

    private static Task<HashEntry[]> RecordAsync(KeyRingWorld world, string cookie) => world.Redis.HashGetAllAsync(RecordOf(world, cookie));

    private static string RecordOf(KeyRingWorld world, string cookie) => world.RecordOf(CookieSecret.Parse(cookie)!);
}
