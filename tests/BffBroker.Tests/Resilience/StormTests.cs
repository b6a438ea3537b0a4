using System.Diagnostics;
using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>Many callers, many nodes and many sessions at the moment of expiry, with refresh tokens that work once.</summary>
[Collection(typeof(WholeMachine))]
public sealed class StormTests(RedisServer redis) : IAsyncLifetime
{
    private BrokerNodes _nodes = null!;

    public async ValueTask InitializeAsync() => _nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 3, hasLinks: false);

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    [InlineData(3000)]
    public async Task Six_hundred_callers_at_three_nodes_refresh_once_and_all_are_served(int amazonTakesMilliseconds)
    {
        var session = await _nodes.LogInAsync(TimeSpan.FromSeconds(3));
        await Task.WhenAll(_nodes.All.Select(node => node.ServesAsync(session))); // their connections are open
        _nodes.Simulator.Faults.Set(Operation.Refresh, Fault.Slow(TimeSpan.FromMilliseconds(amazonTakesMilliseconds)));
        await session.TokenEndedAsync();

        var answers = await Task.WhenAll(_nodes.All.SelectMany(node => Enumerable.Range(0, 200).Select(_ => node.MeAsync(session))));

        Assert.True(answers.All(status => status == HttpStatusCode.OK), $"{string.Join(", ", answers.CountBy(status => status))}\n{Warnings()}");
        Assert.Equal(1, _nodes.Amazon.Refreshes);
        Assert.All(await Task.WhenAll(_nodes.All.Select(node => node.MeAsync(session))), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(1, _nodes.Amazon.Refreshes);
    }

    [Fact]
    [Trait("kind", "soak")]
    public async Task A_thousand_sessions_that_expire_in_the_same_second_refresh_once_each()
    {
        var sessions = await _nodes.LogInTogetherAsync(1000);
        TestContext.Current.TestOutputHelper?.WriteLine($"Logged in {sessions[0].TokenEnd - TimeProvider.System.GetUtcNow()} before the tokens die.");
        await sessions[0].TokenEndedAsync();
        _nodes.Simulator.Calls.Clear();

        var watch = Stopwatch.StartNew();
        var callers = sessions.SelectMany(session => _nodes.All.Select(node => (Node: node, Session: session))).ToList();
        var answers = await Task.WhenAll(callers.Select(caller => caller.Node.MeAsync(caller.Session)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{answers.Count(status => status == HttpStatusCode.OK)} of {answers.Length} served at once, within {watch.Elapsed}.");

        Assert.DoesNotContain(answers, status => status is not (HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable));
        await Task.WhenAll(callers.Zip(answers).Where(caller => caller.Second != HttpStatusCode.OK).Select(caller => caller.First.Node.ServesAsync(caller.First.Session)));
        Assert.Equal(1000, _nodes.Amazon.Refreshes);
    }

    // What a failure on a busy machine is explained by.
    private string Warnings() => string.Join('\n', _nodes.All.SelectMany(node => node.Process.Output.Split('\n')
        .Where(line => line.Contains("\"Level\":\"Warning\"", StringComparison.Ordinal)).Take(10)));
}
