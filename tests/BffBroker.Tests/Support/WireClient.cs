using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BffBroker.Tests.Support;

/// <summary>A client that sends exactly these bytes, however malformed, on one connection.</summary>
internal sealed class WireClient : IDisposable
{
    private readonly TcpClient _client;

    private WireClient(IPAddress from) => _client = new(new IPEndPoint(from, 0)) { NoDelay = true };

    /// <param name="server">On loopback.</param>
    /// <param name="from">Another address of loopback is another client.</param>
    public static async Task<WireClient> ConnectAsync(Uri server, IPAddress? from = null)
    {
        var client = new WireClient(from ?? IPAddress.Loopback);
        await client._client.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>One request; it must ask for the connection to be closed, or be so bad that the server does it.</summary>
    public static async Task<string> AnswerAsync(Uri server, string request)
    {
        using var client = await ConnectAsync(server);
        await client.SendAsync(request);
        return await client.ReadToEndAsync();
    }

    public async Task SendAsync(string text) =>
        await _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);

    /// <summary>What comes next, at least one byte of it.</summary>
    public async Task<string> ReadAsync()
    {
        var buffer = new byte[4096];
        return Encoding.Latin1.GetString(buffer, 0, await _client.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken));
    }

    /// <summary>All that comes until the server hangs up.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await _client.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken) is var length and > 0)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, length));
            }
        }
        catch (IOException)
        {
            // A server may reset a connection of which it has not read everything.
        }

        return answer.ToString();
    }

    public void Dispose() => _client.Dispose();
}
