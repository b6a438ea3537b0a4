using System.Diagnostics;
using OpenTelemetry;

namespace BffBroker.Telemetry;

/// <summary>
/// The last look at a span before it is exported. The broker puts nothing secret into one, and ASP.NET Core is told to put nothing in; should a
/// version of it do so all the same, paths and queries end here.
/// </summary>
internal sealed class SpanGuard : BaseProcessor<Activity>
{
    private static readonly HashSet<string> Allowed =
    [
        BrokerTrace.Operation, BrokerTrace.Outcome, BrokerTrace.Reason, "db.system.name", "error.type", "http.request.method", "http.response.status_code", "http.route",
    ];

    public override void OnEnd(Activity data)
    {
        foreach (var key in data.TagObjects.Select(tag => tag.Key).Where(key => !Allowed.Contains(key)).ToList())
        {
            data.SetTag(key, null);
        }

        data.SetStatus(data.Status); // without a description
        data.TraceStateString = null;
        if (data.Events.Any() || data.Links.Any())
        {
            // None of ours has any, they cannot be taken off, and an exception's message may say everything.
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
