using BffBroker.Endpoints;
using BffBroker.Sessions;
using BffBroker.Telemetry;

namespace BffBroker;

/// <summary>
/// Shows every counter with every word at 0 from the start. A series that begins with its first event begins at 1, and no rate over it ever
/// sees that event.
/// </summary>
internal sealed class MetricsAtZero(BrokerMeter meter) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        meter.ShowZeros(LoginStep.All, SessionEndReason.All, RefreshOutcome.All, GatewayCheckOutcome.All);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
