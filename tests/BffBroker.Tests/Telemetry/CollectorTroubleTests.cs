using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Telemetry;

/// <summary>A collector that is away or hangs is nobody's trouble but its own.</summary>
public sealed class CollectorTroubleTests(RedisServer redis)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_a_collector_requests_are_answered_the_log_has_one_line_at_most_and_the_end_does_not_wait(bool hangs)
    {
        using var collector = new TcpListener(IPAddress.Loopback, 0);
        collector.Start(); // and never accepts
        var port = ((IPEndPoint)collector.LocalEndpoint).Port;
        if (!hangs)
        {
            collector.Stop();
        }

        await using var nodes = await BrokerNodes.StartAsync(
            redis.ConnectionString, 1, hasLinks: false, ("Redis:Timeout", "00:00:05"), ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://127.0.0.1:{port}/canary"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", hangs ? "60000" : "500"), ("OTEL_METRIC_EXPORT_INTERVAL", "100"), ("OTEL_METRIC_EXPORT_TIMEOUT", "50"), ("OTEL_BSP_SCHEDULE_DELAY", "100"));
        var session = await nodes.LogInAsync(TimeSpan.FromHours(1));
        if (!hangs)
        {
            await Wait.UntilAsync(() => Lines(nodes) > 0, "the failure to be told");
        }

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await nodes[0].MeAsync(session));
        }

        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await nodes[0].Process.TerminateAsync());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}"); // metrics and spans wait for 5 s, and not one after the other
        Assert.Equal(hangs ? 0 : 1, Lines(nodes));
        Assert.DoesNotContain("canary", nodes[0].Process.Output, StringComparison.Ordinal);
    }

    private static int Lines(BrokerNodes nodes) => nodes[0].Process.Output.Split('\n').Count(line => line.Contains("Metrics and traces could not be sent", StringComparison.Ordinal));
}
