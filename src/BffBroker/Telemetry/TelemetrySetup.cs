using System.Diagnostics;

namespace BffBroker.Telemetry;

/// <summary>What is measured and traced, and where it goes.</summary>
internal static class TelemetrySetup
{
    /// <summary>To be called after the settings, and before any other hosted service is added: the export starts first, and stops last.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        // Paths, hosts and user agents of requests are clients' words, with handles and user ids among them. RequestSpan says what may be said.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", true);
        builder.Services
            .AddSingleton<BrokerMeter>()
            .AddSingleton<DistributedContextPropagator>(NoTraceContext.Instance);
        if (!string.IsNullOrWhiteSpace(builder.Configuration[TelemetryOptions.EndpointKey]))
        {
            builder.Services.AddOtlpExport();
        }
    }
}
