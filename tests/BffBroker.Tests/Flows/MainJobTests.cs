using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Flows;

public sealed class MainJobTests(RedisServer redis)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_user_logs_in_sees_the_profile_over_a_refresh_that_happens_once_and_logs_out(bool onRedis)
    {
        await using var world = onRedis ? await World.StartAsync(redis) : await World.StartAsync();

        var visit = await world.LogInAsync("/login?returnUrl=%2Forders%3Fpage%3D2%23top");
        Assert.Equal("http://localhost:8080/orders?page=2#top", visit.Url.ToString());

        var me = await world.GetAsync("/me");
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        Assert.Equal("application/json", me.Content.Headers.ContentType?.ToString());
        Assert.Equal("Ada Example", (await me.JsonAsync()).GetProperty("name").GetString());
        Assert.Equal(0, world.Amazon.Refreshes);

        world.Clock.Advance(TimeSpan.FromMinutes(61));
        await world.AssertLoggedInAsync();
        await world.AssertLoggedInAsync();
        Assert.Equal(1, world.Amazon.Refreshes);

        var cookie = world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff");
        Assert.Equal(HttpStatusCode.NoContent, (await world.PostAsync("/logout")).StatusCode);
        Assert.Null(world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));
        await world.AssertLoggedOutAsync();

        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", cookie);
        await world.AssertLoggedOutAsync();
    }
}
