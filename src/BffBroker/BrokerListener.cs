using System.Net;
using System.Text;
using BffBroker.Endpoints;
using BffBroker.Limits;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace BffBroker;

/// <summary>The public listener: where it listens, what it takes, and whom it believes.</summary>
internal static class BrokerListener
{
    public static void AddListener(this WebApplicationBuilder builder)
    {
        // HTTP/2 holds more memory for each client, and gateways do not speak it to what is behind them. So only where the configuration asks for it.
        HttpProtocols? protocols = builder.Configuration.GetValue<HttpProtocols?>("Kestrel:EndpointDefaults:Protocols");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.LimitRequests(ListenerCapacity.MostConnections);
            kestrel.ConfigureEndpointDefaults(listener =>
            {
                listener.Protocols = protocols ?? HttpProtocols.Http1;
                listener.Use(serve =>
                {
                    var limits = kestrel.ApplicationServices.GetRequiredService<ConnectionLimits>();
                    return connection => limits.ServeAsync(connection, serve);
                });
            });

            // Byte for byte, in both directions. A cookie of another application may have any byte, and must not make a request fail; what is ours is ASCII.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        });
        builder.Services.AddSingleton(CapacityOf).AddSingleton<RequestMemory>().AddSingleton(LimitsOf);
        builder.Services.Configure<SocketTransportOptions>(RequestLimits.LimitSockets);
        builder.Services.Configure<FormOptions>(RequestLimits.LimitForm);

        // The framework's own switch, ASPNETCORE_FORWARDEDHEADERS_ENABLED, would believe X-Forwarded-* of everybody.
        builder.WebHost.UseSetting("ForwardedHeaders_Enabled", "false");

        // First, so before the framework's filter of hosts, whose refusals have neither our headers nor our words.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, StandardAnswers>());
        builder.Services.Configure<HostFilteringOptions>(hosts => hosts.IncludeFailureMessage = false);

        // Port 8080 unless ASP.NET Core is told otherwise.
        string[] addresses = ["urls", "http_ports", "https_ports"];
        if (addresses.All(key => string.IsNullOrEmpty(builder.Configuration[key])) && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            builder.WebHost.UseSetting("http_ports", "8080");
        }
    }

    /// <summary>Client address, scheme and host as trusted proxies tell them: from the right, up to the first address that is none of theirs.</summary>
    public static void UseForwardedHeadersOfTrustedProxies(this WebApplication app)
    {
        app.UseMiddleware<PeerTrust>();

        // Only for their requests: with nobody to trust, the framework's middleware would trust everybody. And not where they are the request itself.
        var site = app.Services.GetRequiredService<PublicSite>();
        var proxies = app.Services.GetRequiredService<TrustedProxies>();
        app.UseWhen(
            http => PeerTrust.IsTrusted(http) && !AuthForwardEndpoint.IsAskedFor(http.Request, site),
            trusted => trusted.UseForwardedHeaders(ForwardedHeadersOf(proxies)));
    }

    // Of a container the memory that its limit leaves to .NET.
    private static ListenerCapacity CapacityOf(IServiceProvider services) => ListenerCapacity.For(
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        services.GetRequiredService<TrustedProxies>().Networks.Count > 0,
        HasHttp2(services.GetRequiredService<IConfiguration>().GetSection("Kestrel")));

    private static ConnectionLimits LimitsOf(IServiceProvider services) =>
        ActivatorUtilities.CreateInstance<ConnectionLimits>(services, (Func<IPAddress, bool>)services.GetRequiredService<TrustedProxies>().Contains);

    // Of an endpoint, of a host name at one, or of all.
    private static bool HasHttp2(IConfigurationSection kestrel) => kestrel.AsEnumerable()
        .Any(setting => setting.Key.EndsWith(":Protocols", StringComparison.OrdinalIgnoreCase) && setting.Value?.Contains("Http2", StringComparison.OrdinalIgnoreCase) == true);

    private static ForwardedHeadersOptions ForwardedHeadersOf(TrustedProxies proxies)
    {
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null,
        };
        options.KnownProxies.Clear(); // the framework trusts loopback
        options.KnownIPNetworks.Clear();
        foreach (var network in proxies.Networks)
        {
            options.KnownIPNetworks.Add(network);
        }

        return options;
    }
}
