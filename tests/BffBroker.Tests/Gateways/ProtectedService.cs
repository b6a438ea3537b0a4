using System.Collections.Concurrent;
using System.Net.WebSockets;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace BffBroker.Tests.Gateways;

/// <summary>The application behind a gateway: it remembers what reached it.</summary>
internal sealed class ProtectedService : IAsyncDisposable
{
    /// <summary>In every answer of its own.</summary>
    public const string Content = "content that is not for everybody";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ServiceRequest> _requests = new();

    private ProtectedService()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(AnswerAsync);
    }

    public string Address => new Uri(_app.Urls.First()).Authority;

    public IReadOnlyCollection<ServiceRequest> Requests => _requests;

    public ServiceRequest Last => _requests.Last();

    public const int EventCount = 3;

    /// <summary>The event stream sends its next event, and ends with the last.</summary>
    public SemaphoreSlim Events { get; } = new(0);

    public static async Task<ProtectedService> StartAsync()
    {
        var service = new ProtectedService();
        await service._app.StartAsync();
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        Events.Dispose();
    }

    private Task AnswerAsync(HttpContext http)
    {
        _requests.Enqueue(new(http.Request.Method, http.Features.Get<IHttpRequestFeature>()!.RawTarget, new HeaderDictionary(http.Request.Headers.ToDictionary())));
        return http.Request.Path.Value switch
        {
            "/service/socket" => EchoAsync(http),
            "/service/events" => StreamAsync(http),
            "/service/upload" => CountAsync(http),
            "/service/hand-over" => HandOver(http),
            _ => http.Response.WriteAsync(Content),
        };
    }

    private static async Task EchoAsync(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer, http.RequestAborted) is { MessageType: not WebSocketMessageType.Close } message)
        {
            await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, http.RequestAborted);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, http.RequestAborted);
    }

    private async Task StreamAsync(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        for (var number = 1; number <= EventCount; number++)
        {
            await Events.WaitAsync(http.RequestAborted);
            await http.Response.WriteAsync($"data: {number}\n\n", http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
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
