using System.Net;
using BffBroker.Endpoints;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Flows;

public sealed class SessionTests(RedisServer redis)
{
    [Fact]
    public async Task Without_a_session_the_answer_says_so_and_nothing_else()
    {
        await using var world = await World.StartAsync();

        var response = await world.GetAsync("/session");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"authenticated":false}""", await response.TextAsync());
    }

    [Fact]
    public async Task A_session_is_described_without_asking_Amazon_and_its_id_is_no_cookie()
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();
        world.Amazon.Simulator.Calls.Clear();

        var session = await (await world.GetAsync("/session")).JsonAsync();

        Assert.True(session.GetProperty("authenticated").GetBoolean());
        Assert.StartsWith("amzn1.account.", session.GetProperty("user").GetProperty("user_id").GetString(), StringComparison.Ordinal);
        Assert.Equal("Ada Example", session.GetProperty("user").GetProperty("name").GetString());
        Assert.Equal("ada@example.com", session.GetProperty("user").GetProperty("email").GetString());
        Assert.Equal(["profile"], session.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()));
        Assert.Equal(TimeSpan.FromDays(7), session.GetProperty("expiresAt").GetDateTime() - session.GetProperty("createdAt").GetDateTime());
        Assert.EndsWith("Z", session.GetProperty("createdAt").GetString(), StringComparison.Ordinal);
        Assert.Empty(world.Amazon.Simulator.Calls.All);

        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", session.GetProperty("id").GetString());
        Assert.Equal("""{"authenticated":false}""", await (await world.GetAsync("/session")).TextAsync());
    }

    [Fact]
    public async Task A_user_without_an_email_has_none()
    {
        await using var world = await World.StartAsync();
        world.Amazon.Simulator.Settings.AutoApprove = "kim";
        await world.LogInAsync();

        var user = (await (await world.GetAsync("/session")).JsonAsync()).GetProperty("user");

        Assert.Equal("Kim Nomail", user.GetProperty("name").GetString());
        Assert.False(user.TryGetProperty("email", out _));
    }

    [Fact]
    public async Task A_session_tells_when_it_was_last_refreshed_once_it_has_been()
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();
        Assert.False((await (await world.GetAsync("/session")).JsonAsync()).TryGetProperty("refreshedAt", out _));

        world.Clock.Advance(TimeSpan.FromMinutes(61));
        var before = world.Clock.GetUtcNow();
        await world.AssertLoggedInAsync();
        var after = world.Clock.GetUtcNow();

        var session = await (await world.GetAsync("/session")).JsonAsync();
        Assert.InRange(session.GetProperty("refreshedAt").GetDateTime(), before.WholeSeconds(), after.WholeSeconds()); // the clock moves on by itself, too
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_session_ends_when_idle_lives_on_when_used_and_ends_for_good_at_its_lifetime(bool onRedis)
    {
        (string, string)[] settings = [("Session:IdleTimeout", "01:00:00"), ("Session:Lifetime", "03:00:00")];
        await using var world = onRedis ? await World.StartAsync(redis, settings) : await World.StartAsync(settings);
        await world.LogInAsync();

        for (var i = 0; i < 3; i++)
        {
            world.Clock.Advance(TimeSpan.FromMinutes(50));
            await world.AssertLoggedInAsync();
        }

        world.Clock.Advance(TimeSpan.FromMinutes(29));
        await world.AssertLoggedInAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(2));
        await world.AssertLoggedOutAsync();

        await world.LogInAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(61));
        await world.AssertLoggedOutAsync();
    }
}
