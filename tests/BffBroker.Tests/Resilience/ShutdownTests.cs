using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>SIGTERM in the middle of a refresh whose refresh token works once: what Amazon answers is saved before the process ends.</summary>
public sealed class ShutdownTests(RedisServer redis) : IAsyncLifetime
{
    private BrokerNodes _nodes = null!;

    public async ValueTask InitializeAsync() => _nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 2);

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SIGTERM_during_a_refresh_lets_it_be_saved(bool isRedisAway)
    {
        var session = await _nodes.LogInExpiredAsync();
        var answer = new TaskCompletionSource();
        _nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task) with { AfterProcessing = true });

        _ = _nodes[0].GetAsync("/me", session);
        await _nodes.Simulator.Calls.WaitForAsync(Operation.Refresh, 1, TestContext.Current.CancellationToken);
        _nodes[0].RedisLink.Fault = isRedisAway ? LinkFault.Refuse : LinkFault.None;
        var exit = _nodes[0].Process.TerminateAsync();
        await Wait.UntilAsync(() => _nodes[0].Process.Output.Contains("shutting down", StringComparison.Ordinal), "the shutdown to begin");
        answer.SetResult();
        await Wait.UntilAsync(() => _nodes.Simulator.Calls.All.Any(call => call.Operation == Operation.Refresh && call.Status == 200), "Amazon's answer");
        _nodes[0].RedisLink.Fault = LinkFault.None;

        Assert.Equal(0, await exit);
        Assert.Equal(HttpStatusCode.OK, await _nodes[1].MeAsync(session));
        Assert.Equal(1, _nodes.Amazon.Refreshes);
    }
}
