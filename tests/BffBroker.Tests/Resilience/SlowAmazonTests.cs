using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>Amazon takes far longer than callers wait. The refresh token works once: a second send while the first may still be answered would kill the session.</summary>
[Trait("kind", "soak")]
public sealed class SlowAmazonTests(RedisServer redis) : IAsyncLifetime
{
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(30);

    private BrokerNodes _nodes = null!;

    public async ValueTask InitializeAsync() => _nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 2);

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    [Theory]
    [InlineData(6)]
    [InlineData(20)]
    public async Task A_slow_answer_is_waited_for_and_saved(int seconds)
    {
        var session = await _nodes.LogInExpiredAsync();
        _nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Slow(TimeSpan.FromSeconds(seconds)) with { AfterProcessing = true });

        await Task.WhenAll(_nodes.All.Select(node => node.ServesAsync(session)));

        Assert.Equal(1, _nodes.Amazon.Refreshes);
    }

    [Fact]
    public async Task A_call_past_its_limit_is_given_up_before_the_token_is_sent_again()
    {
        var session = await _nodes.LogInExpiredAsync();
        _nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Slow(TimeSpan.FromSeconds(40)));

        await Task.WhenAll(_nodes.All.Select(node => node.ServesAsync(session, longest: TimeSpan.FromSeconds(60))));

        var calls = _nodes.Simulator.Calls.All.Where(call => call.Operation == Operation.Refresh).ToList();
        Assert.Equal([ReceivedCall.CallerGone, (int)HttpStatusCode.OK], calls.Select(call => call.Status!.Value));
        Assert.True(calls[1].At - calls[0].At > CallLimit - TimeSpan.FromSeconds(1), $"Sent again after {calls[1].At - calls[0].At}.");
    }
}
