using System.Reflection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace BffBroker.Telemetry;

/// <summary>
/// Sends metrics and spans to an OTLP receiver in the background. Requests do not wait for the receiver, and do not fail when it is down.
/// The SDK reads the OTEL_ variables from the broker's configuration.
/// </summary>
internal static class OtlpExport
{
    private static readonly string[] Meters =
    [
        BrokerMeter.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Net.NameResolution", "System.Runtime",
    ];

    // HttpClient's source is left out: its spans have whole URLs, and tokeninfo's has a token. BrokerTrace has the calls to Amazon.
    private static readonly string[] Sources = [BrokerTrace.Name, "Microsoft.AspNetCore"];

    private static string? Version => typeof(OtlpExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];

    public static void AddOtlpExport(this IServiceCollection services)
    {
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("bffbroker", serviceVersion: Version).AddEnvironmentVariableDetector()) // the last one wins
            .WithMetrics(metrics => metrics.AddMeter(Meters))
            .WithTracing(traces => traces.AddSource(Sources).AddProcessor(new SpanGuard()))
            .UseOtlpExporter();

        // The validation of the options creates all listeners, and this one creates the export: a process that only checks its configuration
        // would send metrics.
        services.RemoveAll<IMetricsListener>();
        services.AddSingleton<ExportFailures>().AddHostedService<LastExport>();
    }

    /// <summary>Ends the export after all other services have stopped, within 5 s, whatever the receiver does.</summary>
    /// <remarks>
    /// The container disposes of the providers one after the other, and each waits for 5 s: a stop could take longer than 20 s. A provider that was
    /// shut down before does not wait again.
    /// </remarks>
    private sealed class LastExport(MeterProvider metrics, TracerProvider traces, ExportFailures failures) : IHostedService
    {
        private const int Milliseconds = 5000;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            failures.Start();
            return Task.CompletedTask;
        }

        // Each blocks its thread.
        public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(
            Task.Run(() => metrics.Shutdown(Milliseconds), CancellationToken.None), Task.Run(() => traces.Shutdown(Milliseconds), CancellationToken.None));
    }
}
