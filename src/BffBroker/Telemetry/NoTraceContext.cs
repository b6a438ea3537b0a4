using System.Diagnostics;

namespace BffBroker.Telemetry;

/// <summary>
/// Every request begins a trace of its own. A <c>traceparent</c> is the client's word, since proxies pass it on: it could force that all is
/// recorded, join other people's traces, or carry what it likes into ours.
/// </summary>
internal sealed class NoTraceContext : DistributedContextPropagator
{
    public static NoTraceContext Instance { get; } = new();

    public override IReadOnlyCollection<string> Fields => [];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        (traceId, traceState) = (null, null);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
