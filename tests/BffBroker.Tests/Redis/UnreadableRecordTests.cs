using System.Net;
using BffBroker.Tests.Gateways;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Redis;

/// <summary>A record that does not open, whatever is the matter with it.</summary>
public sealed class UnreadableRecordTests(RedisServer redis) : IAsyncLifetime
{
    private World _world = null!;
    private string _key = "";

    public async ValueTask InitializeAsync()
    {
        _world = await World.StartAsync(redis, GatewayWorld.Trust);
        await _world.LogInAsync();
        _key = _world.RecordKey;
        await _world.AssertLoggedInAsync(); // the node remembers now what it has opened
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_record_that_does_not_open_is_answered_with_503_and_the_way_to_a_login_and_kept()
    {
        var good = await redis.Database.HashGetAllAsync(_key);
        foreach (var (field, value) in new[] { ("sealed", "garbage"), ("sealed", ""), ("generation", "2"), ("generation", "x"), ("format", "99"), ("seen", "-1"), ("seen", "99999999999999999") })
        {
            await redis.Database.HashSetAsync(_key, field, value);
            await AssertUnavailableAsync();
            await redis.Database.HashSetAsync(_key, good);
        }

        await redis.Database.HashDeleteAsync(_key, "sealed");
        await AssertUnavailableAsync();
        await redis.Database.StringSetAsync(_key, "another type");
        await (await _world.GetAsync("/me")).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.Equal(HttpStatusCode.Found, (await _world.Browser.OpenAsync(World.At("/login"))).StatusCode);
        Assert.True(await redis.Database.KeyExistsAsync(_key));
    }

    [Fact]
    public async Task A_login_and_a_logout_take_away_a_record_that_does_not_open()
    {
        var cookie = _world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff");
        await redis.Database.StringSetAsync(_key, "another type");

        await _world.LogInAsync();
        Assert.False(await redis.Database.KeyExistsAsync(_key));
        await _world.AssertLoggedInAsync();

        await redis.Database.StringSetAsync(_key, "another type");
        _world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", cookie);
        using var measured = new Measurements(_world.Broker.Services);
        Assert.Equal(HttpStatusCode.NoContent, (await _world.PostAsync("/logout")).StatusCode);
        Assert.Equal(1, measured.Count("bff.session.ended logout"));
        Assert.False(await redis.Database.KeyExistsAsync(_key));
    }

    private async Task AssertUnavailableAsync()
    {
        foreach (var answer in new[] { await _world.GetAsync("/me"), await _world.GetAsync("/session"), await _world.AskForwardAsync("/") })
        {
            var problem = await answer.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
            Assert.Equal("http://localhost:8080/login", problem.GetProperty("loginUrl").GetString());
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _world.AskNginxAsync()).StatusCode);
    }
}
