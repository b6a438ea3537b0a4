using BffBroker.Endpoints;
using BffBroker.Limits;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http.Features;

namespace BffBroker;

/// <summary>The public listener: where it listens and what it takes.</summary>
internal static class BrokerListener
{
    public static void AddListener(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.LimitRequests());
        builder.Services.Configure<FormOptions>(RequestLimits.LimitForm);

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
}
