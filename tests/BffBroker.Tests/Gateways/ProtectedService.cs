using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BffBroker.Tests.Gateways;

/// <summary>The application behind a gateway.</summary>
internal static class ProtectedService
{
    /// <summary>In every answer of its own.</summary>
    public const string Content = "content that is not for everybody";

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
            _ => http.Response.WriteAsync(Content),
        };
        return server;
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
