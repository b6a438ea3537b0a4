using System.Diagnostics.Metrics;
using BffBroker.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Support;

/// <summary>Instruments of the test's own.</summary>
internal static class Meters
{
    public static BrokerMeter New() => new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
}
