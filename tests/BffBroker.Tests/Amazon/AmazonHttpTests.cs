using System.Diagnostics;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BffBroker.Tests.Amazon;

/// <summary>What goes to Amazon with each request, whatever it is for.</summary>
public sealed class AmazonHttpTests
{
    [Fact]
    public async Task A_request_brings_nothing_of_another_one_and_no_trace_of_ours()
    {
        await using var amazon = await UpstreamServer.StartAsync();
        amazon.Answer = http =>
        {
            http.Response.Headers.SetCookie = "session-id=1; Path=/";
            return http.Response.WriteAsync("{}");
        };
        using var client = new AmazonClient(amazon.Url);
        using var activity = new Activity("a request of a browser").Start();

        await client.RefreshAsync();
        await client.GetProfileAsync();

        var headers = amazon.Requests.SelectMany(request => request.Headers.Keys).ToList();
        Assert.Contains("Authorization", headers);
        Assert.DoesNotContain("Cookie", headers);
        Assert.DoesNotContain("traceparent", headers);
    }

    [Fact]
    public async Task Trace_context_goes_to_Amazon_when_it_is_asked_for_and_nothing_else_of_the_trace()
    {
        await using var amazon = await UpstreamServer.StartAsync();
        amazon.Answer = http => http.Response.WriteAsync("{}");
        using var client = new AmazonClient(amazon.Url, configure: options => options.SendTraceContext = true);
        using var activity = new Activity("a request of a browser") { TraceStateString = "canary=1" }.AddBaggage("canary", "1").Start();

        await client.RefreshAsync();
        await client.GetProfileAsync();

        var headers = amazon.Requests.SelectMany(request => request.Headers).ToList();
        var traceParents = headers.Where(header => header.Key.Equals("traceparent", StringComparison.OrdinalIgnoreCase)).ToList();
        Assert.NotEmpty(traceParents);
        Assert.All(traceParents, header => Assert.StartsWith($"00-{activity.TraceId}-", header.Value, StringComparison.Ordinal));
        Assert.DoesNotContain(headers, header => header.Value.ToString().Contains("canary", StringComparison.Ordinal));
        Assert.All(["tracestate", "baggage", "correlation-context", "request-id"], other => Assert.DoesNotContain(other, headers.Select(header => header.Key), StringComparer.OrdinalIgnoreCase));
    }
}
