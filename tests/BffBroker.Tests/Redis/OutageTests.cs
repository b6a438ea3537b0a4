using System.Globalization;
using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Redis;

/// <summary>A redis-server of the test's own is killed and comes back with what it had saved: nobody is logged out.</summary>
public sealed class OutageTests(RedisServer redis) : IDisposable
{
    private readonly OwnRedis _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task While_Redis_is_away_cookies_are_kept_and_answers_are_503_and_afterwards_all_is_as_before()
    {
        await using var world = await StartAsync();
        await world.LogInAsync();
        var callback = await world.LogInUpToCallbackAsync("/login?returnUrl=%2Fx");
        _server.Kill();

        foreach (var path in new[] { "/me", "/session" })
        {
            var response = await world.GetAsync(path);
            await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
            Assert.NotNull(response.Headers.RetryAfter);
            Assert.Empty(response.SetCookies());
        }

        var logout = await world.PostAsync("/logout");
        await logout.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.Empty(logout.SetCookies());

        var page = await world.Browser.OpenAsync(callback);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Empty(page.SetCookies());
        Assert.Equal(1, world.Amazon.CodeExchanges);

        using var anonymous = world.NewBrowser();
        Assert.Equal(HttpStatusCode.Found, (await world.Browser.OpenAsync(World.At("/login"))).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await anonymous.OpenAsync(World.At("/login"))).StatusCode);
        await (await anonymous.FetchAsync(HttpMethod.Get, World.At("/me"))).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");

        await _server.RunAsync();
        await Wait.UntilAsync(async () => (await world.GetAsync("/me")).StatusCode == HttpStatusCode.OK, "the broker to be back");
        Assert.Equal("/x", (await world.Browser.OpenAsync(callback)).Headers.Location?.OriginalString);
        await world.AssertLoggedInAsync();
    }

    [Fact]
    public async Task A_state_whose_mark_timed_out_still_works_once_Redis_answers_again()
    {
        await using var world = await StartAsync();
        var callback = await world.LogInUpToCallbackAsync("/login?returnUrl=%2Fx");

        _server.Suspend();
        var page = await world.Browser.OpenAsync(callback);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.Equal(0, world.Amazon.CodeExchanges);
        _server.Resume();

        await Wait.UntilAsync(async () => (await world.Browser.OpenAsync(callback)).Headers.Location?.OriginalString == "/x", "the same URL to work");
        Assert.Equal(1, world.Amazon.CodeExchanges);
        await world.AssertLoggedInAsync();
    }

    [Fact]
    public async Task With_Redis_lost_during_a_login_the_page_hears_temporarily_unavailable_and_the_old_session_lives()
    {
        await using var world = await StartAsync();
        await world.LogInAsync();
        var callback = await world.LogInUpToCallbackAsync("/login?returnUrl=%2Fx");
        var answer = new TaskCompletionSource();
        world.Amazon.Simulator.Faults.Enqueue(AmazonSimulator.Operation.CodeExchange, AmazonSimulator.Fault.Until(answer.Task));

        var login = world.Browser.OpenAsync(callback);
        await world.Amazon.Simulator.Calls.WaitForAsync(AmazonSimulator.Operation.CodeExchange, 2, TestContext.Current.CancellationToken);
        _server.Kill();
        answer.SetResult();

        Assert.Equal("/x?login_error=temporarily_unavailable", (await login).Headers.Location?.OriginalString);
        Assert.Empty((await login).SetCookies());
        await _server.RunAsync();
        await Wait.UntilAsync(async () => (await world.GetAsync("/me")).StatusCode == HttpStatusCode.OK, "the broker to be back");
    }

    [Fact]
    public async Task A_new_token_that_Redis_does_not_take_at_once_is_saved_when_it_can()
    {
        await using var world = await StartAsync();
        world.Amazon.Simulator.Settings.RefreshMode = AmazonSimulator.RefreshMode.NewTokenOldDies;
        world.Amazon.Simulator.Settings.ReuseDetection = true;
        await world.LogInAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(61));
        var answer = new TaskCompletionSource();
        world.Amazon.Simulator.Faults.Enqueue(AmazonSimulator.Operation.Refresh, AmazonSimulator.Fault.Until(answer.Task) with { AfterProcessing = true });

        var me = world.GetAsync("/me");
        await world.Amazon.Simulator.Calls.WaitForAsync(AmazonSimulator.Operation.Refresh, 1, TestContext.Current.CancellationToken);
        _server.Kill();
        answer.SetResult();
        await _server.RunAsync();

        Assert.True((await me).StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable);
        await Wait.UntilAsync(async () => (await world.GetAsync("/me")).StatusCode == HttpStatusCode.OK, "the session to be served");
        Assert.Equal(1, world.Amazon.Refreshes);
    }

    [Fact]
    public async Task After_an_outage_the_node_that_holds_the_new_token_goes_first()
    {
        await using var world = await StartAsync();
        await using var second = await BrokerServer.StartAsync(world.Amazon.Url, world.Clock, ("ConnectionStrings:Redis", _server.ConnectionString));
        world.Amazon.Simulator.Settings.RefreshMode = AmazonSimulator.RefreshMode.NewTokenOldDies;
        world.Amazon.Simulator.Settings.ReuseDetection = true;
        await world.LogInAsync();
        var handle = (await (await world.GetAsync("/session")).JsonAsync()).GetProperty("id").GetString();
        using var other = new Browser().Route(BrokerServer.Authority, second.Url);
        other.SetCookie(BrokerServer.PublicUrl, "__Host-bff", world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));
        Assert.Equal(HttpStatusCode.OK, (await other.FetchAsync(HttpMethod.Get, World.At("/me"))).StatusCode);
        world.Clock.Advance(TimeSpan.FromMinutes(61));
        var answer = new TaskCompletionSource();
        world.Amazon.Simulator.Faults.Enqueue(AmazonSimulator.Operation.Refresh, AmazonSimulator.Fault.Until(answer.Task) with { AfterProcessing = true });

        var me = world.GetAsync("/me");
        await world.Amazon.Simulator.Calls.WaitForAsync(AmazonSimulator.Operation.Refresh, 1, TestContext.Current.CancellationToken);
        _server.Kill();
        answer.SetResult();
        await me;
        await _server.RunAsync();
        await _server.CommandAsync("DEL", $"bff:{{{handle}}}:lease"); // as if the outage had outlived it

        await Wait.UntilAsync(
            async () =>
            {
                var status = (await other.FetchAsync(HttpMethod.Get, World.At("/me"))).StatusCode;
                Assert.NotEqual(HttpStatusCode.Unauthorized, status);
                return status == HttpStatusCode.OK;
            },
            "the new token to be seen by the other node");
        Assert.Equal(1, world.Amazon.Refreshes);
    }

    [Fact]
    public async Task On_a_Redis_that_takes_no_writes_what_only_reads_works_on()
    {
        await using var world = await StartAsync();
        await world.LogInAsync();
        using var operation = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(_server.ConnectionString + ",allowAdmin=true");
        var server = operation.GetServer(_server.ConnectionString);
        await server.ConfigSetAsync("maxmemory", "1"); // every write answers OOM

        world.Clock.Advance(TimeSpan.FromSeconds(3595)); // the token is not fresh any more, and not yet dead; the idle time wants a touch
        await world.AssertLoggedInAsync();
        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync("/session")).StatusCode);
        var callback = await world.LogInUpToCallbackAsync("/login?returnUrl=%2Fx");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await world.Browser.OpenAsync(callback)).StatusCode);

        world.Clock.Advance(TimeSpan.FromSeconds(10));
        await (await world.GetAsync("/me")).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.Equal(0, world.Amazon.Refreshes);

        await server.ConfigSetAsync("maxmemory", "0");
        await world.AssertLoggedInAsync();
    }

    [Fact]
    public async Task A_corrupt_record_is_503_with_a_way_out_and_is_kept_until_a_login_or_logout()
    {
        var prefix = $"test-{Guid.NewGuid():N}:";
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", redis.ConnectionString), ("Redis:KeyPrefix", prefix));
        await world.LogInAsync();
        var handle = (await (await world.GetAsync("/session")).JsonAsync()).GetProperty("id").GetString();
        var key = $"{prefix}{{{handle}}}";
        var good = await redis.Database.HashGetAllAsync(key);

        foreach (var (field, value) in new[] { ("sealed", "garbage"), ("sealed", ""), ("generation", "2"), ("generation", "x"), ("format", "99"), ("seen", "-1"), ("seen", "99999999999999999") })
        {
            await redis.Database.HashSetAsync(key, field, value);
            foreach (var path in new[] { "/me", "/session" })
            {
                var problem = await (await world.GetAsync(path)).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
                Assert.Equal("http://localhost:8080/login", problem.GetProperty("loginUrl").GetString());
            }

            await redis.Database.HashSetAsync(key, good);
        }

        await redis.Database.HashDeleteAsync(key, "sealed");
        await (await world.GetAsync("/me")).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        await redis.Database.StringSetAsync(key, "another type");
        await (await world.GetAsync("/me")).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.Equal(HttpStatusCode.Found, (await world.Browser.OpenAsync(World.At("/login"))).StatusCode);
        Assert.True(await redis.Database.KeyExistsAsync(key));

        var cookie = world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff");
        await world.LogInAsync();
        Assert.False(await redis.Database.KeyExistsAsync(key));
        await world.AssertLoggedInAsync();

        await redis.Database.StringSetAsync(key, "another type");
        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", cookie);
        Assert.Equal(HttpStatusCode.NoContent, (await world.PostAsync("/logout")).StatusCode);
        Assert.False(await redis.Database.KeyExistsAsync(key));
    }

    [Fact]
    public async Task A_record_copied_under_another_handle_does_not_open()
    {
        var prefix = $"test-{Guid.NewGuid():N}:";
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", redis.ConnectionString), ("Redis:KeyPrefix", prefix));
        await world.LogInAsync();
        using var other = world.NewBrowser();
        world.Amazon.Simulator.Settings.AutoApprove = "zoe";
        await other.VisitAsync(World.At("/login"));

        var (from, to) = (await KeyOfAsync(world.Browser), await KeyOfAsync(other));
        await redis.Database.HashSetAsync(to, await redis.Database.HashGetAllAsync(from));

        await (await other.FetchAsync(HttpMethod.Get, World.At("/me"))).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");

        async Task<string> KeyOfAsync(Browser browser) =>
            $"{prefix}{{{(await (await browser.FetchAsync(HttpMethod.Get, World.At("/session"))).JsonAsync()).GetProperty("id").GetString()}}}";
    }

    [Fact]
    public async Task A_valid_request_costs_one_round_trip_and_no_write()
    {
        await using var world = await StartAsync();
        await world.LogInAsync();
        await world.AssertLoggedInAsync();
        using var observer = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(_server.ConnectionString + ",allowAdmin=true");
        await CommandsAsync(observer);
        var before = await CommandsAsync(observer);

        for (var i = 0; i < 10; i++)
        {
            await world.AssertLoggedInAsync();
        }

        var during = (await CommandsAsync(observer)).Where(command => command.Value != before.GetValueOrDefault(command.Key)).ToDictionary();
        Assert.Equal(10, during["hmget"] - before["hmget"]);
        Assert.DoesNotContain(during.Keys, command => command.Contains("set", StringComparison.Ordinal) || command is "eval" or "evalsha" or "del" or "pexpire");
    }

    private async Task<World> StartAsync()
    {
        await _server.RunAsync();
        var world = await World.StartAsync(("ConnectionStrings:Redis", _server.ConnectionString), ("Redis:Timeout", "00:00:02"));
        using var http = new HttpClient();
        await Wait.UntilAsync(async () => (await http.GetAsync(new Uri(world.Broker.ManagementUrl, "/health/ready"), TestContext.Current.CancellationToken)).IsSuccessStatusCode, "the broker to be ready");
        return world;
    }

    private async Task<Dictionary<string, long>> CommandsAsync(StackExchange.Redis.ConnectionMultiplexer observer)
    {
        var stats = await observer.GetServer(_server.ConnectionString).InfoAsync("commandstats");
        return stats.SelectMany(group => group).ToDictionary(
            entry => entry.Key["cmdstat_".Length..],
            entry => long.Parse(entry.Value.Split("calls=")[1].Split(',')[0], CultureInfo.InvariantCulture));
    }
}
