using System.Collections.Concurrent;
using System.Net;
using BffBroker.Management.Doctor;
using BffBroker.Redis;
using BffBroker.Tests.Support;
using StackExchange.Redis;

namespace BffBroker.Tests.Resilience;

[Trait("kind", "soak")]
public sealed class ClusterTests
{
    private const int Sessions = 60;

    [Fact]
    public async Task A_session_lives_on_a_cluster_as_on_one_server()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await cluster.PermitAsync($"~bff:* &bff:* {RightsCheck.Needed} {RightsCheck.NeededInCluster}");
        await using var world = await StartAsync(cluster);
        await using var second = await world.StartNodeAsync();
        await world.LogInAsync();
        using var other = world.NewTwin(second);

        await world.AssertLoggedInAsync();
        Assert.Equal(HttpStatusCode.OK, (await other.FetchAsync(HttpMethod.Get, World.At("/me"))).StatusCode);

        world.Clock.Advance(TimeSpan.FromMinutes(61));
        var answers = await Task.WhenAll(world.GetAsync("/me"), other.FetchAsync(HttpMethod.Get, World.At("/me")));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, world.Amazon.Refreshes);

        Assert.Equal(HttpStatusCode.NoContent, (await other.FetchAsync(HttpMethod.Post, World.At("/logout"))).StatusCode);
        await world.AssertLoggedOutAsync();
    }

    [Fact]
    public async Task Users_and_admins_end_sessions_on_all_masters()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", cluster.ConnectionString), ("Management:AdminKey", BrokerNodes.AdminKey));
        var browsers = new List<Browser>();
        for (var i = 0; i < 24; i++)
        {
            world.Amazon.Simulator.Settings.AutoApprove = i % 2 == 0 ? "ada" : "kim";
            browsers.Add(world.NewBrowser());
            await browsers[i].VisitAsync(World.At("/login"));
        }

        var sessions = await (await browsers[0].FetchAsync(HttpMethod.Get, World.At("/sessions"))).JsonAsync();
        Assert.Equal(12, sessions.GetProperty("sessions").GetArrayLength());
        Assert.Equal(HttpStatusCode.NoContent, (await browsers[0].FetchAsync(HttpMethod.Post, World.At("/logout?everywhere=true"))).StatusCode);
        await Assert.AllAsync(browsers.Index(), async browser => Assert.Equal(browser.Index % 2 != 0, await IsLoggedInAsync(browser.Item)));

        Assert.Equal(HttpStatusCode.NoContent, (await world.AdministerAsync(HttpMethod.Delete, "/admin/sessions")).StatusCode);
        await Assert.AllAsync(browsers, async browser => Assert.False(await IsLoggedInAsync(browser)));
        browsers.ForEach(browser => browser.Dispose());

        static async Task<bool> IsLoggedInAsync(Browser browser) => (await browser.FetchAsync(HttpMethod.Get, World.At("/me"))).StatusCode == HttpStatusCode.OK;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_master_that_dies_or_hangs_under_load_costs_no_session(bool hangs)
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var world = await StartAsync(cluster);
        await using var second = await world.StartNodeAsync();
        var browsers = await LogInAsync(world, second);
        var answers = new ConcurrentQueue<(int Browser, HttpStatusCode Status)>();
        using var enough = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, 4).Select(worker => PollAsync(worker)));

        await cluster.LoseMasterAsync(hangs);
        await cluster.IsServedAsync();
        await Wait.UntilAsync(() => answers.Skip(Math.Max(0, answers.Count - 2 * Sessions)).Count(answer => answer.Status == HttpStatusCode.OK) == 2 * Sessions, "all sessions to be served again");
        await enough.CancelAsync();
        await load;

        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.ServiceUnavailable);
        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"{answer}"));
        foreach (var browser in browsers)
        {
            await Wait.UntilAsync(
                async () =>
                {
                    var status = (await browser.FetchAsync(HttpMethod.Get, World.At("/me"))).StatusCode;
                    Assert.True(status is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"{status}");
                    return status == HttpStatusCode.OK;
                },
                "a session to be served");
            browser.Dispose();
        }

        async Task PollAsync(int worker)
        {
            while (!enough.IsCancellationRequested)
            {
                for (var i = worker; i < browsers.Count; i += 4)
                {
                    answers.Enqueue((i, (await browsers[i].FetchAsync(HttpMethod.Get, World.At("/me"))).StatusCode));
                }
            }
        }
    }

    [Fact]
    public async Task A_new_connection_reaches_every_master_from_its_first_command_on_while_one_of_old_hangs()
    {
        await using var cluster = await RedisCluster.StartAsync();
        var options = new RedisOptions { ConnectionString = cluster.ConnectionString };
        await cluster.LoseMasterAsync(hangs: true);
        await cluster.IsServedAsync();

        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync(options.ToConfiguration());
        await Task.WhenAll(Enumerable.Range(0, 50).Select(key => multiplexer.GetDatabase().StringGetAsync($"{key}")));
    }

    private static Task<World> StartAsync(RedisCluster cluster) => World.StartAsync(("ConnectionStrings:Redis", cluster.ConnectionString), ("Session:PerUser", "1000"));

    // Each session once on each broker.
    private static async Task<List<Browser>> LogInAsync(World world, BrokerServer second)
    {
        var browsers = new List<Browser>();
        for (var i = 0; i < Sessions; i++)
        {
            var browser = world.NewBrowser();
            await browser.VisitAsync(World.At("/login"));
            var twin = new Browser().Route(BrokerServer.Authority, second.Url);
            twin.SetCookie(BrokerServer.PublicUrl, "__Host-bff", browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));
            browsers.AddRange([browser, twin]);
        }

        return browsers;
    }
}
