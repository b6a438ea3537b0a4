using System.Diagnostics;

namespace BffBroker.Telemetry;

/// <summary>
/// The activity source <c>BffBroker</c>. Its spans are <c>login start</c>, <c>login callback</c>, <c>refresh</c>, <c>profile</c>, and one
/// <c>amazon …</c> and <c>redis …</c> for each call. Their tags are words of small, fixed sets: docs/telemetry.md.
/// </summary>
internal static class BrokerTrace
{
    public const string Name = "BffBroker";
    public const string Operation = "operation";
    public const string Outcome = "outcome";
    public const string Reason = "reason";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Null when nobody listens.</summary>
    public static Activity? Start(string name) => Source.StartActivity(name);

    /// <summary>One request to Amazon, each time that it is sent. Null when nobody listens.</summary>
    public static Activity? StartAmazonCall(string operation) => StartCall("amazon", operation);

    /// <summary>An operation on Redis that has just ended. So the hot path carries no span along.</summary>
    public static void RedisCalled(TimeSpan duration, string operation, string outcome)
    {
        using var span = StartCall("redis", operation);
        if (span is not null)
        {
            span.SetStartTime(span.StartTimeUtc - duration).SetTag("db.system.name", "redis").End(outcome, isError: outcome != "ok");
        }
    }

    /// <summary>How what the span is about has ended.</summary>
    public static void End(this Activity span, string outcome, bool isError)
    {
        span.SetTag(Outcome, outcome);
        if (isError)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static Activity? StartCall(string server, string operation) =>
        Source.HasListeners() ? Source.StartActivity($"{server} {operation}", ActivityKind.Client)?.SetTag(Operation, operation) : null;
}
