using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>The node that owns a refresh hangs (SIGSTOP) past its lease and goes on: what it has to save is taken or refused, and nobody is logged out.</summary>
[Trait("kind", "soak")]
public sealed class SuspendedOwnerTests(RedisServer redis) : IAsyncLifetime
{
    private static readonly TimeSpan PastTheIntent = TimeSpan.FromSeconds(60);

    private BrokerNodes _nodes = null!;

    private BrokerNode Owner => _nodes[0];

    private BrokerNode Other => _nodes[1];

    public async ValueTask InitializeAsync() => _nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 2);

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    [Fact]
    public async Task What_a_suspended_node_saves_late_is_taken_if_nobody_has_saved_since()
    {
        var session = await _nodes.LogInExpiredAsync();
        var answer = new TaskCompletionSource();
        _nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task) with { AfterProcessing = true });

        var me = await _nodes.BeginRefreshAsync(Owner, session);
        Owner.Suspend();
        await Wait.UntilAsync(async () => !await _nodes.Redis.KeyExistsAsync(_nodes.LeaseOf(session)), "the lease to end");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Other.MeAsync(session)); // it must not send the token that the owner has sent
        answer.SetResult();
        Owner.Resume();

        await Other.ServesAsync(session);
        await Owner.ServesAsync(session);
        Assert.True((await me).StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable);
        Assert.Equal(1, _nodes.Amazon.Refreshes);
    }

    [Fact]
    public async Task What_a_suspended_node_saves_late_is_refused_if_somebody_has_saved_since()
    {
        _nodes.Rotate(RefreshMode.NewTokenOldGood);
        var session = await _nodes.LogInExpiredAsync();
        var answer = new TaskCompletionSource();
        _nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task));

        var me = await _nodes.BeginRefreshAsync(Owner, session);
        Owner.RedisLink.Fault = LinkFault.Refuse; // it gets the answer, and cannot save it
        _nodes.Simulator.Settings.TokenLifetime = TimeSpan.FromSeconds(8);
        answer.SetResult();
        await me;
        Owner.Suspend();
        _nodes.Simulator.Settings.TokenLifetime = TimeSpan.FromHours(1);
        await Other.ServesAsync(session, PastTheIntent);
        var saved = await _nodes.Redis.HashGetAsync(_nodes.RecordOf(session), "sealed");
        Owner.RedisLink.Fault = LinkFault.None;
        Owner.Resume();

        await Owner.ServesAsync(session); // with the other's token: its own has died meanwhile
        await Other.ServesAsync(session);
        Assert.Equal(2, _nodes.Amazon.Refreshes);
        Assert.Equal(saved, await _nodes.Redis.HashGetAsync(_nodes.RecordOf(session), "sealed"));
    }
}
