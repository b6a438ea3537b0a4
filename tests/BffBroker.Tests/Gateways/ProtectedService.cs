using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace BffBroker.Tests.Gateways;

/// <summary>The application behind a gateway.</summary>
internal static class ProtectedService
{
    /// <summary>In every answer of its own.</summary>
    public const string Content = "content that is not for everybody";

    /// <summary>Where <see cref="AcceptH2cAsync"/> answers.</summary>
    public const string H2c = "/service/h2c";

    public const int EventCount = 3;

    /// <param name="events">Lets the event stream send its next event; it ends with the last.</param>
    public static async Task<UpstreamServer> StartAsync(SemaphoreSlim events)
    {
        var server = await UpstreamServer.StartAsync();
        server.Answer = http => http.Request.Path.Value switch
        {
            "/service/socket" => WebSockets.EchoAsync(http),
            "/service/events" => EventStream.SendAsync(http, events, EventCount),
            "/service/upload" => CountAsync(http),
            "/service/hand-over" => HandOver(http),
            H2c => AcceptH2cAsync(http),
            "/service/trailers" => TellTrailersAsync(http),
            _ => http.Response.WriteAsync(Content),
        };
        return server;
    }

    /// <summary>
    /// As servers do that offer HTTP/2 without TLS (RFC 7540 3.2): it is enough that one of the values of Upgrade is h2c.
    /// The tunnel stays open until the client leaves.
    /// </summary>
    public static async Task AcceptH2cAsync(HttpContext http)
    {
        var upgrade = http.Features.GetRequiredFeature<IHttpUpgradeFeature>();
        var asked = http.Request.Headers.GetCommaSeparatedValues("Upgrade");
        if (!upgrade.IsUpgradableRequest || !asked.Contains("h2c", StringComparer.OrdinalIgnoreCase))
        {
            await http.Response.WriteAsync(Content);
            return;
        }

        http.Response.Headers.Upgrade = "h2c";
        await using var tunnel = await upgrade.UpgradeAsync();
        await tunnel.CopyToAsync(Stream.Null);
    }

    private static async Task TellTrailersAsync(HttpContext http)
    {
        await http.Request.Body.CopyToAsync(Stream.Null);
        var trailers = http.Features.GetRequiredFeature<IHttpRequestTrailersFeature>().Trailers;
        await http.Response.WriteAsync(string.Concat(trailers.Select(trailer => $"{trailer.Key}: {trailer.Value}\n")));
    }

    // To an inner place of the gateway.
    private static Task HandOver(HttpContext http)
    {
        http.Response.Headers["X-Accel-Redirect"] = http.Request.Query["to"];
        return http.Response.WriteAsync(Content);
    }

    private static async Task CountAsync(HttpContext http)
    {
        var (count, buffer) = (0L, new byte[64 * 1024]);
        while (await http.Request.Body.ReadAsync(buffer, http.RequestAborted) is > 0 and var length)
        {
            count += length;
        }

        await http.Response.WriteAsync($"{count}");
    }
}
