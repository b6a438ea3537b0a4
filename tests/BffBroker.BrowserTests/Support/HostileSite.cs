using System.Net;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sandbox;

namespace BffBroker.BrowserTests.Support;

/// <summary>Somebody else's web server, under any host name that leads to this machine.</summary>
internal sealed class HostileSite : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly int _port = Ports.Free();

    private HostileSite()
    {
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]); // files that nobody changes need no watcher, of which Linux gives a user 128
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port, listener => listener.UseHttps(ThrowAwayCertificate.For("evil.example"))));
        _app = builder.Build();
        _app.MapGet("/", () => Results.Content("<!doctype html><title>Nice site</title><body></body>", "text/html"));

        // 307 keeps method and body: what was this site's own form becomes a request of another.
        _app.Map("/bounce", (string to) => Results.Redirect(to, preserveMethod: true));
    }

    public static async Task<HostileSite> StartAsync()
    {
        var site = new HostileSite();
        await site._app.StartAsync();
        return site;
    }

    public string At(string host, string path = "/") => $"https://{host}:{_port}{path}";

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
