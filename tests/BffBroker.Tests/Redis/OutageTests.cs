using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Redis;

/// <summary>A redis-server of the test's own is killed and comes back with what it had saved: nobody is logged out.</summary>
public sealed class OutageTests : IDisposable
{
    private readonly OwnRedis _server = new();

    public void Dispose() => _server.Dispose();

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
    public async Task After_an_outage_the_node_that_holds_the_new_token_goes_first()
    {
        await using var world = await StartAsync();
        await using var second = await world.StartNodeAsync();
        world.Amazon.Simulator.Settings.RefreshMode = AmazonSimulator.RefreshMode.NewTokenOldDies;
        world.Amazon.Simulator.Settings.ReuseDetection = true;
        await world.LogInAsync();
        using var other = world.NewTwin(second);
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
        await _server.CommandAsync("DEL", $"{world.RecordKey}:lease"); // as if the outage had outlived it

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
        await _server.AskAsync("CONFIG SET maxmemory 1"); // every write answers OOM

        world.Clock.Advance(TimeSpan.FromSeconds(3595)); // the token is not fresh any more, and not yet dead; the idle time wants a touch
        await world.AssertLoggedInAsync();
        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync("/session")).StatusCode);
        var callback = await world.LogInUpToCallbackAsync("/login?returnUrl=%2Fx");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await world.Browser.OpenAsync(callback)).StatusCode);

        world.Clock.Advance(TimeSpan.FromSeconds(10));
        await (await world.GetAsync("/me")).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.Equal(0, world.Amazon.Refreshes);

        await _server.AskAsync("CONFIG SET maxmemory 0");
        await world.AssertLoggedInAsync();
    }

    private async Task<World> StartAsync()
    {
        await _server.RunAsync();
        var world = await World.StartAsync(("ConnectionStrings:Redis", _server.ConnectionString), ("Redis:Timeout", "00:00:02"));
        await Wait.UntilAsync(world.Broker.IsReadyAsync, "the broker to be ready");
        return world;
    }
}
