using System.Diagnostics;
using System.Net;
using System.Text;
using BffBroker.Endpoints;
using BffBroker.Limits;
using BffBroker.Telemetry;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace BffBroker.Management;

/// <summary>
/// A host of its own in the process: what is mapped here cannot be reached on the public listener, whatever a request says of its host,
/// nor the reverse.
/// </summary>
internal sealed class ManagementHost(
    IOptions<ManagementOptions> options, HealthEndpoints health, AdminEndpoints admin, PublicSite site, ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    private WebApplication? _app;

    /// <summary>Where it listens, once started.</summary>
    public string? Address => _app?.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // A program on the same machine, such as a container's health check, gets in whatever others do.
        var connections = new ConnectionLimits(IsThisMachine, ListenerCapacity.OfManagement, loggers.CreateLogger<ConnectionLimits>());

        // Empty: it shares nothing with the public host's configuration, its addresses least of all.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.LimitRequests(ListenerCapacity.OfManagement.Connections);
            kestrel.Limits.KeepAliveTimeout = LongestSilence;
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ConfigureEndpointDefaults(listener => listener.Use(serve => connection => connections.ServeAsync(connection, serve)));
        }).UseUrls(options.Value.Url);
        builder.Services.Configure<SocketTransportOptions>(RequestLimits.LimitSockets);
        builder.Services.AddSingleton(site).AddSingleton<StandardHeaders>().AddSingleton(ListenerCapacity.OfManagement).AddSingleton<RequestMemory>().AddSingleton<IStartupFilter, StandardAnswers>().AddRoutingCore()
            .Replace(ServiceDescriptor.Singleton(_ => new ActivitySource("BffBroker.Management"))) // probes every few seconds are in nobody's traces
            .Replace(ServiceDescriptor.Singleton<DistributedContextPropagator>(NoTraceContext.Instance))
            .Replace(ServiceDescriptor.Singleton(loggers)).Replace(ServiceDescriptor.Singleton<IHostLifetime, GuestLifetime>());

        _app = builder.Build();
        _app.UseMiddleware<BrokerEdge>();
        _app.UseRouting();
        health.Map(_app);
        admin.Map(_app);
        await _app.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static bool IsThisMachine(IPAddress peer) => IPAddress.Loopback.Equals(peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer) || IPAddress.IPv6Loopback.Equals(peer);

    /// <summary>Signals are the process's own host's business, which stops this one.</summary>
    private sealed class GuestLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
