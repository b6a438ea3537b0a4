using System.Diagnostics.Metrics;

namespace BffBroker.Telemetry;

/// <summary>The instruments of the meter <c>BffBroker</c>. Their names and tags are public: dashboards are built on them.</summary>
internal sealed class BrokerMeter
{
    public const string Name = "BffBroker";

    // What Amazon takes, up to the 30 s that a refresh may; and what Redis takes, up to Redis:Timeout.
    private static readonly InstrumentAdvice<double> AmazonBuckets = new() { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 10, 30] };
    private static readonly InstrumentAdvice<double> RedisBuckets = new()
    {
        HistogramBucketBoundaries = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    };

    private readonly Counter<long> _logins;
    private readonly Counter<long> _sessionsEnded;
    private readonly Counter<long> _refreshes;
    private readonly Counter<long> _gatewayChecks;
    private readonly Counter<long> _unreadableRecords;
    private readonly Histogram<double> _amazonDuration;
    private readonly Histogram<double> _redisDuration;

    public BrokerMeter(IMeterFactory factory)
    {
#pragma warning disable CA2000 // The factory owns its meters.
        var meter = factory.Create(Name);
#pragma warning restore CA2000
        _logins = meter.CreateCounter<long>("bff.login", "{login}", "Logins begun, and callbacks, by outcome.");
        _sessionsEnded = meter.CreateCounter<long>("bff.session.ended", "{session}", "Sessions that ended before their time, by reason.");
        _refreshes = meter.CreateCounter<long>("bff.refresh", "{refresh}", "What came of asking for a new access token, by outcome.");
        _gatewayChecks = meter.CreateCounter<long>("bff.auth", "{check}", "What gateways were answered, by outcome.");
        _unreadableRecords = meter.CreateCounter<long>("bff.record.unreadable", "{record}", "Session records that did not open.");
        _amazonDuration = meter.CreateHistogram<double>("bff.amazon.duration", "s", "Calls of Amazon, by operation and outcome.", tags: null, AmazonBuckets);
        _redisDuration = meter.CreateHistogram<double>("bff.redis.duration", "s", "Operations on Redis, by operation and outcome.", tags: null, RedisBuckets);
    }

    /// <summary>
    /// A <c>/login</c> that is refused is no <c>started</c>. Every <c>/callback</c> counts once, save one: a used <c>state</c> (a double click, a
    /// restored tab) on a request with a live session neither logs anybody in nor fails anybody.
    /// </summary>
    /// <param name="outcome">One of <c>LoginStep</c>.</param>
    public void LoginCounted(string outcome) => _logins.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="reason">One of <c>SessionEndReason</c>.</param>
    public void SessionEnded(string reason) => _sessionsEnded.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <param name="outcome">One of <c>RefreshOutcome</c>.</param>
    public void Refreshed(string outcome) => _refreshes.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="outcome">One of <c>GatewayCheckOutcome</c>.</param>
    public void GatewayAsked(string outcome) => _gatewayChecks.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void RecordUnreadable() => _unreadableRecords.Add(1);

    /// <summary>One request, each time that it is sent; what an open circuit keeps back is none.</summary>
    /// <param name="operation"><c>authorization_code</c>, <c>refresh_token</c>, <c>tokeninfo</c> or <c>profile</c>.</param>
    /// <param name="outcome">
    /// <c>ok</c>: 200. <c>transient</c>: 429, a 5xx or <c>servererror</c>. <c>client_rejected</c>: it does not take our client id and secret.
    /// <c>rejected</c>: any other answer. <c>unreachable</c>: no connection. <c>timeout</c>: no whole answer in time. <c>unanswered</c>: the
    /// connection ended before a whole answer.
    /// </param>
    public void AmazonCalled(TimeSpan duration, string operation, string outcome) =>
        _amazonDuration.Record(duration.TotalSeconds, new("operation", operation), new("outcome", outcome));

    /// <param name="operation">A word for each script and command.</param>
    /// <param name="outcome"><c>ok</c>, <c>unavailable</c> (no connection, or it was lost), <c>timeout</c>, or <c>refused</c> (Redis answered with an error).</param>
    public void RedisCalled(TimeSpan duration, string operation, string outcome) =>
        _redisDuration.Record(duration.TotalSeconds, new("operation", operation), new("outcome", outcome));

    /// <summary>Every counter with every word that it knows.</summary>
    public void ShowZeros(IEnumerable<string> logins, IEnumerable<string> endReasons, IEnumerable<string> refreshes, IEnumerable<string> gatewayChecks)
    {
        Show(_logins, "outcome", logins);
        Show(_sessionsEnded, "reason", endReasons);
        Show(_refreshes, "outcome", refreshes);
        Show(_gatewayChecks, "outcome", gatewayChecks);
        _unreadableRecords.Add(0);
    }

    private static void Show(Counter<long> counter, string tag, IEnumerable<string> words)
    {
        foreach (var word in words)
        {
            counter.Add(0, new KeyValuePair<string, object?>(tag, word));
        }
    }
}
