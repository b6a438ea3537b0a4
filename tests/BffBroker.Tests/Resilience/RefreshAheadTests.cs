using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>Refreshed in the background while the old access token lives, nobody waits and nobody notices trouble.</summary>
[Trait("kind", "soak")]
public sealed class RefreshAheadTests(RedisServer redis) : IAsyncLifetime
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan LastTenth = TimeSpan.FromSeconds(5); // and a little: there callers wait

    private BrokerNodes _nodes = null!;

    public async ValueTask InitializeAsync() => _nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 2, ("Session:RefreshAhead", "00:05:00"));

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    [Fact]
    public async Task A_node_that_is_killed_during_a_refresh_ahead_is_not_missed_and_nobody_sends_the_refresh_token_again()
    {
        var session = await _nodes.LogInAsync(TokenLife);
        _nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(new TaskCompletionSource().Task) with { AfterProcessing = true });

        await ServedUntilARefreshAsync(session);
        _nodes[0].Process.Kill();

        // Not without a pause: the simulator remembers its last 10,000 calls. An answer that comes later says nothing: its call may have waited.
        var served = 0;
        await Wait.UntilAsync(
            async () =>
            {
                var status = await _nodes[1].MeAsync(session);
                var refreshes = _nodes.Amazon.Refreshes;
                if (TimeProvider.System.GetUtcNow() >= session.TokenEnd - LastTenth)
                {
                    return true;
                }

                Assert.Equal((HttpStatusCode.OK, 1), (status, refreshes));
                served++;
                return false;
            },
            "the last tenth");
        Assert.NotEqual(0, served);
    }

    [Fact]
    public async Task Two_nodes_serve_the_old_token_during_a_refresh_ahead_and_the_new_one_after_it()
    {
        var session = await _nodes.LogInAsync(TokenLife);
        var answer = new TaskCompletionSource();
        _nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task));

        await ServedUntilARefreshAsync(session);
        Assert.Equal(HttpStatusCode.OK, await _nodes[1].MeAsync(session));
        Assert.True(TimeProvider.System.GetUtcNow() < session.TokenEnd - LastTenth, "It began too late to be ahead.");
        answer.SetResult();

        await session.TokenEndedAsync();
        Assert.Equal(HttpStatusCode.OK, await _nodes[0].MeAsync(session));
        Assert.Equal(HttpStatusCode.OK, await _nodes[1].MeAsync(session));
        Assert.Equal(1, _nodes.Amazon.Refreshes);
    }

    // Each caller at once: the answer to the refresh is held back meanwhile.
    private Task ServedUntilARefreshAsync(UserSession session) => Wait.UntilAsync(
        async () =>
        {
            Assert.Equal(HttpStatusCode.OK, await _nodes[0].MeAsync(session));
            return _nodes.Amazon.Refreshes == 1;
        },
        "a refresh ahead");
}
