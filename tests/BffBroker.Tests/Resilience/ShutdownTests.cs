using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>SIGTERM in the middle of a refresh whose refresh token works once: what Amazon answers is saved before the process ends.</summary>
public sealed class ShutdownTests(RedisServer redis) : IAsyncLifetime
{
    private BrokerNodes _nodes = null!;

    public async ValueTask InitializeAsync() => _nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 2, ("Amazon:Timeout", "00:00:10"));

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SIGTERM_during_a_refresh_lets_it_be_saved(bool isRedisAway)
    {
        var session = await _nodes.LogInExpiredAsync();
        var answer = new TaskCompletionSource();
        _nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task) with { AfterProcessing = true });

        var waiting = await _nodes.BeginRefreshAsync(_nodes[0], session);
        _nodes[0].RedisLink.Fault = isRedisAway ? LinkFault.Refuse : LinkFault.None;
        var exit = _nodes[0].Process.TerminateAsync();
        await Wait.UntilAsync(() => _nodes[0].Process.Output.Contains("shutting down", StringComparison.Ordinal), "the shutdown to begin");
        Assert.Equal("""503 {"status":"unready","failed":["stopping"]""", await ReadinessAsync(_nodes[0]));
        answer.SetResult();
        await Wait.UntilAsync(() => _nodes.Simulator.Calls.All.Any(call => call.Operation == Operation.Refresh && call.Status == 200), "Amazon's answer");
        _nodes[0].RedisLink.Fault = LinkFault.None;

        Assert.Equal(0, await exit);
        using var answered = await waiting;
        Assert.True(isRedisAway || answered.StatusCode == HttpStatusCode.OK, $"{answered.StatusCode}");
        Assert.Equal(HttpStatusCode.OK, await _nodes[1].MeAsync(session));
        Assert.Equal(1, _nodes.Amazon.Refreshes);
    }

    [Fact]
    [Trait("kind", "soak")]
    public async Task SIGTERM_during_a_refresh_that_never_ends_ends_the_process_in_20_seconds()
    {
        var session = await _nodes.LogInExpiredAsync();
        var never = new TaskCompletionSource();
        _nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(never.Task));

        var waiting = await _nodes.BeginRefreshAsync(_nodes[0], session);
        var start = TimeProvider.System.GetLocalNow().DateTime;
        Signals.Terminate(_nodes[0].Process.Process); // the second one, below, changes nothing

        Assert.Equal(0, await _nodes[0].Process.TerminateAsync());
        var time = _nodes[0].Process.Process.ExitTime - start;
        Assert.True(time < TimeSpan.FromSeconds(20), $"{time}\n{_nodes[0].Process.Output}");
        using var answered = await waiting;
        await answered.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        never.SetResult();
    }

    /// <summary>The management listener is there before the public one, which never comes.</summary>
    [Fact]
    public async Task A_node_that_cannot_listen_is_never_ready()
    {
        var settings = new Dictionary<string, string?>(_nodes.Settings) { ["ASPNETCORE_URLS"] = _nodes[0].Process.Url.ToString(), ["Management:Url"] = $"http://127.0.0.1:{Ports.Free()}" };
        using var http = new HttpClient();
        var answers = new HashSet<string>();

        var run = BrokerProcess.RunAsync(settings);
        await Wait.UntilAsync(
            async () =>
            {
                try
                {
                    using var response = await http.GetAsync(new Uri(settings["Management:Url"] + "/health/ready"), TestContext.Current.CancellationToken);
                    answers.Add(await response.TextAsync());
                }
                catch (HttpRequestException)
                {
                    // Not yet, or no more.
                }

                return run.IsCompleted;
            },
            "the process to end");

        var (exitCode, output) = await run;
        Assert.Equal(1, exitCode);
        Assert.DoesNotContain("ObjectDisposed", output, StringComparison.Ordinal);
        Assert.All(answers, answer => Assert.Matches("""^{"status":"unready","failed":\["(starting|stopping)"\]""", answer));
    }

    /// <summary>So many addresses that it still binds them when the signal comes.</summary>
    [Fact]
    public async Task SIGTERM_while_a_node_starts_is_a_stop_like_any_other()
    {
        var settings = new Dictionary<string, string?>(_nodes.Settings) { ["ASPNETCORE_URLS"] = string.Join(';', Enumerable.Repeat("http://127.0.0.1:0", 500)), ["Management:Url"] = "http://127.0.0.1:0" };

        var (exitCode, output) = await BrokerProcess.RunAndTerminateAsync(settings, "Now listening on");

        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("Application started", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private static async Task<string> ReadinessAsync(BrokerNode node)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(node.Process.ManagementUrl, "/health/ready"), TestContext.Current.CancellationToken);
        return $"{(int)response.StatusCode} {(await response.TextAsync()).Split(",\"keyRing")[0].TrimEnd('}')}";
    }
}
