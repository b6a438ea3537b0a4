using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace BffBroker.Tests.Support;

/// <summary>An address before Redis: it may lead somewhere else for who connects anew, and lose a connection without telling anybody.</summary>
internal sealed class Relay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _sockets = [];
    private volatile int _target;
    private volatile int _accepted;
    private volatile CancellationTokenSource _frozen = new();

    public Relay(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string ConnectionString => _listener.LocalEndpoint.ToString()!;

    /// <summary>How many connections there have been.</summary>
    public int Accepted => _accepted;

    /// <summary>New connections go there; those of before stay where they are.</summary>
    public void LeadTo(int port) => _target = port;

    /// <summary>The connections of before stay open, and nothing goes through them ever again.</summary>
    public void LoseConnections()
    {
        var frozen = _frozen;
        _frozen = new();
        frozen.Cancel();
    }

    /// <summary>The connections of before end, and there are no new ones.</summary>
    public void Dispose()
    {
        _listener.Dispose();
        LoseConnections();
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                _sockets.Add(client);
                _accepted++;
                _ = ConnectAsync(client, _frozen.Token);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ConnectAsync(Socket client, CancellationToken frozen)
    {
        try
        {
            var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            _sockets.Add(server);
            await server.ConnectAsync(IPAddress.Loopback, _target, frozen);
            await Task.WhenAny(PumpAsync(client, server, frozen), PumpAsync(server, client, frozen));
            if (!frozen.IsCancellationRequested)
            {
                client.Dispose();
                server.Dispose();
            }
        }
        catch (SocketException)
        {
            client.Dispose();
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, CancellationToken frozen)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, frozen) is > 0 and var count)
            {
                await to.SendAsync(buffer.AsMemory(0, count), frozen);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
        }
    }
}
