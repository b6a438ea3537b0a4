using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace BffBroker.Telemetry;

/// <summary>
/// Sends metrics and spans to an OTLP receiver, in the background: requests neither wait for it nor notice that it is down. The OTEL_ variables are
/// read by the SDK from the broker's configuration.
/// </summary>
#pragma warning disable CA1001 // Disposing of the SDK would wait again, longer. Stopped, it holds nothing that the end of the process does not free.
internal sealed class OtlpExport(IConfiguration configuration, ExportFailures failures) : IHostedService
#pragma warning restore CA1001
{
    // After what was under way has had its time: both together stay within the 20 s of a stop.
    private static readonly TimeSpan LastFlush = TimeSpan.FromSeconds(5);

    private static readonly string[] Meters =
    [
        BrokerMeter.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Net.NameResolution", "System.Runtime",
    ];

    // HttpClient's source is left out: its spans have whole URLs, and tokeninfo's has a token. BrokerTrace has the calls to Amazon.
    private static readonly string[] Sources = [BrokerTrace.Name, "Microsoft.AspNetCore"];

    private OpenTelemetrySdk? _sdk;

    /// <summary>Before all other services, so that none measures anything that is lost.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        failures.Start();
        _sdk = OpenTelemetrySdk.Create(builder =>
        {
            builder.Services.AddSingleton(configuration);
            builder
                .WithMetrics(metrics => metrics.SetResourceBuilder(Resource()).AddMeter(Meters))
                .WithTracing(traces => traces.SetResourceBuilder(Resource()).AddSource(Sources).AddProcessor(new SpanGuard()))
                .UseOtlpExporter();
        });
        return Task.CompletedTask;
    }

    /// <summary>After all other services: what is measured while they stop is sent, too. A receiver that does not take it is not waited for.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (_sdk is not { } sdk)
        {
            return Task.CompletedTask;
        }

        // Each blocks its thread.
        var limit = (int)LastFlush.TotalMilliseconds;
        var flushed = Task.WhenAll(
            Task.Run(() => sdk.MeterProvider.Shutdown(limit), CancellationToken.None),
            Task.Run(() => sdk.TracerProvider.Shutdown(limit), CancellationToken.None));
        return flushed.WaitAsync(LastFlush, CancellationToken.None).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    // What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say comes last, and wins.
    private static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddTelemetrySdk()
        .AddService("bffbroker", serviceVersion: Version)
        .AddEnvironmentVariableDetector();

    private static string? Version => typeof(OtlpExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
}
