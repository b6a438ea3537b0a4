using System.Diagnostics.Tracing;

namespace BffBroker.Telemetry;

/// <summary>The exporter tells its failures nobody but an event source. One line an hour is enough for the log.</summary>
internal sealed partial class ExportFailures(TimeProvider clock, ILogger<ExportFailures> logger) : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private static readonly TimeSpan BetweenLines = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private long? _told;

    public void Start()
    {
        EventSourceCreated += (_, created) =>
        {
            if (created.EventSource?.Name == Exporter)
            {
                EnableEvents(created.EventSource, EventLevel.Error);
            }
        };
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        lock (_gate)
        {
            if (_told is { } told && clock.GetElapsedTime(told) < BetweenLines)
            {
                return;
            }

            _told = clock.GetTimestamp();
        }

        // Its arguments may have URLs and headers.
        Log.NotSent(logger, eventData.EventName ?? "failed");
    }

    private static partial class Log
    {
        [LoggerMessage(8001, LogLevel.Warning, "Metrics and traces could not be sent: {Event}. Nothing else is affected. Check OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_PROTOCOL, and whether the collector runs; told once an hour")]
        public static partial void NotSent(ILogger logger, string @event);
    }
}
