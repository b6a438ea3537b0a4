using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace BffBroker.Tests.Support;

/// <summary>Both ends of a WebSocket.</summary>
internal static class WebSockets
{
    public static async Task<ClientWebSocket> OpenAsync(Uri broker, string path, params (string Name, string Value)[] headers)
    {
        var socket = new ClientWebSocket();
        foreach (var (name, value) in headers)
        {
            socket.Options.SetRequestHeader(name, value);
        }

        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(new UriBuilder(broker) { Scheme = "ws", Path = path }.Uri, TestContext.Current.CancellationToken);
        }
        catch (WebSocketException)
        {
            // The status tells why.
        }

        return socket;
    }

    /// <summary>The upstream's end: says again what it hears.</summary>
    public static async Task EchoAsync(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } message)
            {
                await socket.SendAsync(buffer.AsMemory(0, message.Count), WebSocketMessageType.Text, true, CancellationToken.None);
            }
        }
        catch (WebSocketException)
        {
        }
    }

    public static async Task AssertEchoesAsync(this ClientWebSocket socket)
    {
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        var buffer = new byte[64];
        var answer = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, answer.Count));
    }

    /// <summary>Until it is cut or closed.</summary>
    public static async Task EndedAsync(this ClientWebSocket socket)
    {
        try
        {
            Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(new byte[64], TestContext.Current.CancellationToken)).MessageType);
        }
        catch (WebSocketException)
        {
        }
    }
}
