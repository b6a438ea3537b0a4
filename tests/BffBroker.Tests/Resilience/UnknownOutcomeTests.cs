using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>A refresh token was sent and nobody knows what became of it.</summary>
[Trait("kind", "soak")]
public sealed class UnknownOutcomeTests(RedisServer redis) : IAsyncLifetime
{
    private static readonly TimeSpan AfterTheRejection = TimeSpan.FromMilliseconds(700); // and before the second look, after 2 s

    private BrokerNodes _nodes = null!;

    public async ValueTask InitializeAsync() => _nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 2);

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    [Fact]
    public async Task After_a_cut_connection_the_token_is_sent_again_ever_more_seldom_by_all_nodes_together()
    {
        _nodes.Rotate(RefreshMode.SameToken);
        var session = await _nodes.LogInExpiredAsync();
        _nodes.Simulator.Faults.Set(Operation.Refresh, Fault.Reset);

        await Wait.UntilAsync(
            async () =>
            {
                var answers = await Task.WhenAll(_nodes.All.Select(node => node.MeAsync(session)));
                Assert.All(answers, status => Assert.Equal(HttpStatusCode.ServiceUnavailable, status));
                return _nodes.Amazon.Refreshes >= 4;
            },
            "the fourth send");

        var sends = _nodes.Simulator.Calls.All.Where(call => call.Operation == Operation.Refresh).Select(call => call.At).ToList();
        Assert.All(sends.Zip(sends.Skip(1), (one, next) => next - one).Index(), pause =>
            Assert.True(pause.Item > TimeSpan.FromSeconds(0.7 * Math.Pow(2, pause.Index)), $"Send {pause.Index + 2} came {pause.Item} after the one before."));
        _nodes.Simulator.Faults.Clear();
        await Task.WhenAll(_nodes.All.Select(node => node.ServesAsync(session)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rejection_after_a_late_answer_does_not_end_a_session_whose_new_token_is_still_to_be_saved(bool isSavedBeforeTheRejection)
    {
        _nodes.Simulator.Settings.ReuseDetection = false; // else the rejected send kills the new token too, and nothing is to be saved
        var session = await _nodes.LogInExpiredAsync();
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        _nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(first.Task) with { AfterProcessing = true });
        _nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(second.Task));

        var owner = await _nodes.BeginRefreshAsync(_nodes[0], session);
        var saving = LinkFault.Hold(Way.Requests);
        _nodes[0].RedisLink.Fault = saving;
        first.SetResult();
        await owner;
        await Wait.UntilAsync(
            async () => await _nodes[1].MeAsync(session) == HttpStatusCode.ServiceUnavailable && _nodes.Amazon.Refreshes == 2, "the other node to send", TimeSpan.FromSeconds(60));
        if (isSavedBeforeTheRejection)
        {
            saving.Release();
            await Wait.UntilAsync(async () => await _nodes.Redis.HashGetAsync(_nodes.RecordOf(session), "generation") != "1", "the save");
            second.SetResult();
        }
        else
        {
            second.SetResult();
            await Wait.UntilAsync(
                () => _nodes.Simulator.Calls.All.Any(call => call.Operation == Operation.Refresh && call.Status == (int)HttpStatusCode.BadRequest), "the rejection");
            await Wait.UntilAsync(TimeProvider.System.GetUtcNow() + AfterTheRejection, "whoever would end the session at once to do it");
            saving.Release();
        }

        await Task.WhenAll(_nodes.All.Select(node => node.ServesAsync(session)));
        Assert.Equal(2, _nodes.Amazon.Refreshes);
    }
}
