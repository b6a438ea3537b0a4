using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>Two nodes, one of which was killed (SIGKILL) while it refreshed several sessions, each at another step.</summary>
public sealed class KilledNode(RedisServer redis) : IAsyncLifetime
{
    private BrokerNodes _nodes = null!;

    internal BrokerNode Survivor => _nodes[1];

    /// <summary>The lease was held, and Amazon knew of nothing.</summary>
    internal UserSession BeforeTheCall { get; private set; } = null!;

    /// <summary>Amazon had the request, and had not begun with it.</summary>
    internal UserSession DuringTheCall { get; private set; } = null!;

    /// <summary>Amazon had done it, and not answered; by what became of the refresh token.</summary>
    internal Dictionary<RefreshMode, UserSession> AfterProcessing { get; } = [];

    /// <summary>The answer was there, and Redis was not. The old refresh token lives on.</summary>
    internal UserSession BeforeTheSave { get; private set; } = null!;

    /// <summary>Nothing was going on.</summary>
    internal UserSession Idle { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 2);
        var never = new TaskCompletionSource().Task;
        Idle = await _nodes.LogInExpiredAsync("zoe");
        DuringTheCall = (await BeginAsync(RefreshMode.NewTokenOldDies, Fault.Until(never))).Session;
        foreach (var mode in new[] { RefreshMode.SameToken, RefreshMode.NewTokenOldGood, RefreshMode.NoTokenInAnswer, RefreshMode.NewTokenOldDies })
        {
            AfterProcessing[mode] = (await BeginAsync(mode, Fault.Until(never) with { AfterProcessing = true })).Session;
        }

        var (processed, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        (BeforeTheSave, var me) = await BeginAsync(RefreshMode.NewTokenOldGood, new Fault.Delay((_, cancellationToken) =>
        {
            processed.TrySetResult();
            return answer.Task.WaitAsync(cancellationToken);
        })
        {
            AfterProcessing = true,
        });
        await processed.Task; // in its own mode, not in the next
        _nodes.Rotate(RefreshMode.NewTokenOldDies);

        BeforeTheCall = await _nodes.LogInExpiredAsync();
        _nodes[0].AmazonLink.Fault = LinkFault.Blackhole(Way.Requests);
        _ = _nodes[0].GetAsync("/me", BeforeTheCall);
        await Wait.UntilAsync(() => _nodes.Redis.KeyExistsAsync(_nodes.LeaseOf(BeforeTheCall)), "the lease");

        _nodes[0].RedisLink.Fault = LinkFault.Refuse;
        answer.SetResult();
        await me; // from what the node has in memory, or after it has waited in vain
        _nodes[0].Process.Kill();
    }

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    /// <summary>A login works, whoever was killed.</summary>
    internal async Task<UserSession> LogInAnewAsync()
    {
        await _nodes.ReplaceAsync(0);
        return await _nodes.LogInAsync(TimeSpan.FromHours(1));
    }

    private async Task<(UserSession Session, Task Me)> BeginAsync(RefreshMode mode, Fault fault)
    {
        var session = await _nodes.LogInExpiredAsync();
        _nodes.Rotate(mode);
        _nodes.Simulator.Faults.Enqueue(Operation.Refresh, fault);
        return (session, await _nodes.BeginRefreshAsync(_nodes[0], session));
    }
}
