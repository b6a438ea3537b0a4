using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>Amazon has answered, and Redis takes no writes: the node that holds the new token serves with it, and saves it as soon as it can.</summary>
public sealed class UnsavedTokenTests : IAsyncLifetime
{
    private OwnRedis _redis = null!;
    private BrokerNodes _nodes = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await OwnRedis.StartAsync();
        _nodes = await BrokerNodes.StartAsync(_redis.ConnectionString, 2);
    }

    public async ValueTask DisposeAsync()
    {
        await _nodes.DisposeAsync();
        _redis.Dispose();
    }

    [Fact]
    public async Task The_node_that_holds_an_unsaved_token_serves_and_the_other_waits_for_the_save()
    {
        var session = await _nodes.LogInExpiredAsync();
        var answer = new TaskCompletionSource();
        _nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task));

        var me = await _nodes.BeginRefreshAsync(_nodes[0], session);
        await _redis.AskAsync("CONFIG SET maxmemory 1");
        answer.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await me).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await _nodes[0].MeAsync(session));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await _nodes[1].MeAsync(session));
        await _redis.AskAsync("CONFIG SET maxmemory 0");

        await Task.WhenAll(_nodes.All.Select(node => node.ServesAsync(session)));
        Assert.Equal(1, _nodes.Amazon.Refreshes);
    }

    [Fact]
    public async Task An_unsaved_token_is_saved_on_a_reconnect_though_nobody_asks()
    {
        var session = await _nodes.LogInExpiredAsync();
        var answer = new TaskCompletionSource();
        _nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task));

        var me = await _nodes.BeginRefreshAsync(_nodes[0], session);
        _nodes[0].RedisLink.Fault = LinkFault.Refuse;
        answer.SetResult();
        await me;
        _nodes[0].RedisLink.Fault = LinkFault.None;

        await Wait.UntilAsync(async () => await _nodes.Redis.HashGetAsync(_nodes.RecordOf(session), "generation") == "2", "the save");
        Assert.Equal(HttpStatusCode.OK, await _nodes[1].MeAsync(session));
        Assert.Equal(1, _nodes.Amazon.Refreshes);
    }
}
