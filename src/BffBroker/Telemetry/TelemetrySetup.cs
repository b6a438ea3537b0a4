using System.Diagnostics;

namespace BffBroker.Telemetry;

/// <summary>What is measured and traced.</summary>
internal static class TelemetrySetup
{
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        // Paths, hosts and user agents of requests are clients' words, with handles and user ids among them. RequestSpan says what may be said.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", true);
        builder.Services
            .AddSingleton<BrokerMeter>()
            .AddSingleton<DistributedContextPropagator>(NoTraceContext.Instance);
    }
}
