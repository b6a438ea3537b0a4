using System.Net;
using System.Text.Json;
using BffBroker.Endpoints;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Flows;

/// <summary>When a session ends unless it is used, and how to ask without using it.</summary>
public sealed class IdleEndTests(RedisServer redis)
{
    private static readonly (string Key, string Value)[] Settings = [("Session:IdleTimeout", "01:00:00"), ("Session:Lifetime", "03:00:00")];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_idle_end_is_that_of_the_record_which_moves_at_most_every_tenth_of_the_idle_timeout(bool onRedis)
    {
        await using var world = await StartAsync(onRedis);
        await world.LogInAsync();
        var first = await AskAsync(world, "/session");
        Assert.Equal(await EndOfRecordAsync(world), first);

        world.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(first, await AskAsync(world, "/session"));

        world.Clock.Advance(TimeSpan.FromMinutes(5));
        var second = await AskAsync(world, "/session");
        Assert.InRange(second - first, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(11)); // the clock moves on by itself, too
        Assert.Equal(await EndOfRecordAsync(world), second);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Asking_without_a_touch_does_not_keep_the_session_alive(bool onRedis)
    {
        await using var world = await StartAsync(onRedis);
        await world.LogInAsync();
        var end = await AskAsync(world, "/session");

        for (var i = 0; i < 2; i++)
        {
            world.Clock.Advance(TimeSpan.FromMinutes(25));
            Assert.Equal(end, await AskAsync(world, "/session?touch=false"));
            Assert.Equal(end, await EndOfRecordAsync(world));
        }

        world.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("""{"authenticated":false}""", await (await world.GetAsync("/session?touch=false")).TextAsync());
    }

    [Fact]
    public async Task Asking_with_a_touch_keeps_it_alive()
    {
        await using var world = await StartAsync(onRedis: false);
        await world.LogInAsync();
        var end = await AskAsync(world, "/session");

        world.Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.True(await AskAsync(world, "/session?touch=true") > end);

        world.Clock.Advance(TimeSpan.FromMinutes(50));
        await world.AssertLoggedInAsync();
    }

    [Fact]
    public async Task The_idle_end_is_never_after_the_absolute_end()
    {
        await using var world = await World.StartAsync(("Session:IdleTimeout", "01:00:00"), ("Session:Lifetime", "01:30:00"));
        await world.LogInAsync();

        world.Clock.Advance(TimeSpan.FromMinutes(50));
        var session = await SessionAsync(world, "/session");

        Assert.Equal(session.GetProperty("expiresAt").GetString(), session.GetProperty("idleExpiresAt").GetString());
    }

    [Fact]
    public async Task A_touch_that_Redis_does_not_take_moves_no_end()
    {
        using var own = await OwnRedis.StartAsync();
        await using var world = await World.StartAsync([("ConnectionStrings:Redis", own.ConnectionString), ("Redis:Timeout", "00:00:05"), .. Settings]);
        await world.LogInAsync();
        var end = await AskAsync(world, "/session");
        await own.CommandAsync("CONFIG", "SET", "maxmemory", "1");

        world.Clock.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal(end, await AskAsync(world, "/session"));
    }

    [Fact]
    public async Task A_session_that_a_new_login_has_replaced_tells_no_idle_end()
    {
        await using var world = await StartAsync(onRedis: false);
        await world.LogInAsync();
        using var twin = world.NewTwin();
        await world.LogInAsync();

        var old = await (await twin.FetchAsync(HttpMethod.Get, World.At("/session"))).JsonAsync();

        Assert.True(old.GetProperty("authenticated").GetBoolean());
        Assert.False(old.TryGetProperty("idleExpiresAt", out _));
    }

    [Theory]
    [InlineData("?touch")]
    [InlineData("?touch=")]
    [InlineData("?touch=0")]
    [InlineData("?touch=no")]
    [InlineData("?touch=False")]
    [InlineData("?touch=false&touch=true")]
    [InlineData("?touch=false&Touch=false")]
    public async Task Anything_but_true_or_false_is_a_bad_request_that_says_so(string query)
    {
        await using var world = await World.StartAsync();

        var anonymous = await world.GetAsync("/session" + query);
        await world.LogInAsync();
        var signedIn = await world.GetAsync("/session" + query);

        foreach (var answer in new[] { anonymous, signedIn })
        {
            var problem = await answer.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
            Assert.Equal("touch must be true or false, and given once.", problem.GetProperty("detail").GetString());
        }
    }

    private Task<World> StartAsync(bool onRedis) => onRedis ? World.StartAsync(redis, Settings) : World.StartAsync(Settings);

    private static async Task<JsonElement> SessionAsync(World world, string path) => await (await world.GetAsync(path)).JsonAsync();

    private static async Task<DateTime> AskAsync(World world, string path) => (await SessionAsync(world, path)).GetProperty("idleExpiresAt").GetDateTime();

    private static async Task<DateTime> EndOfRecordAsync(World world) => ((await world.RecordAsync())!.Seen + TimeSpan.FromHours(1)).WholeSeconds();
}
