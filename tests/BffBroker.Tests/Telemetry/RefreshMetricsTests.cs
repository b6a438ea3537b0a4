using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Telemetry;

/// <summary>The counters tell every way apart in which asking for a token can end.</summary>
public sealed class RefreshMetricsTests(RedisServer redis) : IAsyncLifetime
{
    private World _world = null!;
    private Measurements _measured = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await World.StartAsync(redis);
        _measured = new(_world.Broker.Services);
        await _world.LogInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _measured.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_refresh_counts_as_refreshed_for_the_caller_who_waited_and_as_joined_for_those_who_came_meanwhile()
    {
        _world.Clock.Advance(TimeSpan.FromMinutes(61));
        var answer = new TaskCompletionSource();
        _world.Amazon.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task));

        var callers = Enumerable.Range(0, 10).Select(_ => _world.GetAsync("/me")).ToList();
        await Wait.UntilAsync(() => _measured.Count("bff.refresh joined") == 9, "nine to join");
        answer.SetResult();

        Assert.All(await Task.WhenAll(callers), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(1, _measured.Count("bff.refresh refreshed"));
        Assert.Equal(1, _measured.Count("bff.amazon.duration refresh_token ok"));
    }

    [Fact]
    public async Task A_refresh_counts_as_background_when_nobody_waited()
    {
        _world.Clock.Advance(TimeSpan.FromSeconds(3600 - 239));

        await _world.AssertLoggedInAsync();

        await Wait.UntilAsync(() => _measured.Count("bff.refresh background") == 1, "the refresh");
        Assert.Equal(0, _measured.Count("bff.refresh refreshed"));
    }

    [Fact]
    public async Task A_refresh_counts_as_joined_when_another_node_was_faster()
    {
        await using var second = await _world.StartNodeAsync();
        using var other = _world.NewTwin(second);
        using var measuredThere = new Measurements(second.Services);
        _world.Clock.Advance(TimeSpan.FromMinutes(61));
        var answer = new TaskCompletionSource();
        _world.Amazon.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task));

        var me = other.FetchAsync(HttpMethod.Get, World.At("/me"));
        await _world.Amazon.Simulator.Calls.WaitForAsync(Operation.Refresh, 1, TestContext.Current.CancellationToken);
        var late = _world.GetAsync("/me");
        await Wait.UntilAsync(() => _measured.All.Count(measured => measured == "bff.redis.duration lease ok") >= 1, "the second node to try");
        answer.SetResult();

        Assert.Equal(HttpStatusCode.OK, (await me).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await late).StatusCode);
        Assert.Equal(1, measuredThere.Count("bff.refresh refreshed"));
        Assert.Equal(1, _measured.Count("bff.refresh joined"));
        Assert.Equal(0, _measured.Count("bff.refresh refreshed"));
    }

    [Fact]
    public async Task A_refresh_counts_as_rejected_and_its_session_as_ended_when_the_grant_is_gone()
    {
        _world.Amazon.Simulator.RevokeGrants("ada");
        _world.Clock.Advance(TimeSpan.FromMinutes(61));

        await _world.AssertLoggedOutAsync();

        Assert.Equal(1, _measured.Count("bff.refresh rejected"));
        Assert.Equal(1, _measured.Count("bff.session.ended refresh_rejected"));
    }

    [Fact]
    public async Task A_refresh_counts_as_unavailable_when_Amazon_is()
    {
        _world.Amazon.Simulator.Faults.Set(Operation.Refresh, Fault.TooManyRequests(TimeSpan.FromSeconds(9)));
        _world.Clock.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _world.GetAsync("/me")).StatusCode);

        Assert.Equal(1, _measured.Count("bff.refresh unavailable"));
    }
}
