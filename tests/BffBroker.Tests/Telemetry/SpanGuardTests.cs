using System.Diagnostics;
using BffBroker.Telemetry;

namespace BffBroker.Tests.Telemetry;

/// <summary>What no span of today has, and one of tomorrow's framework may have.</summary>
public sealed class SpanGuardTests : IDisposable
{
    private readonly ActivitySource _source = new($"test {Guid.NewGuid()}");
    private readonly ActivityListener _listener;

    public SpanGuardTests() => ActivitySource.AddActivityListener(_listener = new()
    {
        ShouldListenTo = source => source == _source,
        Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
    });

    public void Dispose()
    {
        _listener.Dispose();
        _source.Dispose();
    }

    [Fact]
    public void Only_tags_that_are_known_to_be_harmless_are_exported_and_no_descriptions()
    {
        var span = _source.StartActivity("GET /sessions/{id}")!;
        foreach (var key in new[] { "url.path", "url.full", "url.query", "user_agent.original", "server.address", "client.address", "http.request.header.cookie", "anything" })
        {
            span.SetTag(key, "canary");
        }

        span.SetTag("http.route", "/sessions/{id}").SetTag("http.response.status_code", 500).SetStatus(ActivityStatusCode.Error, "canary").AddBaggage("canary", "canary");
        span.TraceStateString = "canary=1";

        Export(span);

        Assert.Equal(["http.route", "http.response.status_code"], span.TagObjects.Select(tag => tag.Key));
        Assert.Equal((ActivityStatusCode.Error, null, null), (span.Status, span.StatusDescription, span.TraceStateString));
        Assert.True(span.Recorded);
    }

    [Fact]
    public void A_span_with_the_words_of_an_exception_is_not_exported()
    {
        var span = _source.StartActivity("GET /me")!.AddException(new InvalidOperationException("canary"));

        Export(span);

        Assert.False(span.Recorded);
    }

    private static void Export(Activity span)
    {
        span.Stop();
        using var guard = new SpanGuard();
        guard.OnEnd(span);
    }
}
