using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace BffBroker.Tests.Support;

/// <summary>A TCP proxy between any two on this machine, whose <see cref="Fault"/> and whose target may change at any time.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly IPEndPoint _address = new(IPAddress.Loopback, Ports.Free());
    private readonly ConcurrentDictionary<ProxiedConnection, Task> _connections = new();
    private readonly Lock _gate = new();
    private volatile LinkFault _fault = LinkFault.None;
    private volatile IPEndPoint _target;
    private volatile int _accepted;
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    /// <param name="target">A port of this machine.</param>
    public FaultProxy(int target)
    {
        _target = new(IPAddress.Loopback, target);
        Listen();
    }

    public int Port => _address.Port;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>How many connections there have been.</summary>
    public int Accepted => _accepted;

    /// <summary>In force when the setter returns; chunks that are on their way were judged before.</summary>
    public LinkFault Fault
    {
        get => _fault;
        set
        {
            lock (_gate)
            {
                _fault = value;
                if (value is LinkFault.Refusing)
                {
                    CloseListener();
                }
                else if (_listener is null)
                {
                    Listen();
                }
            }

            if (value is LinkFault.Refusing or LinkFault.Resetting)
            {
                ResetAll();
            }
        }
    }

    /// <summary>Back to normal. What is open gets a RST, so that nobody goes on waiting for what was swallowed.</summary>
    public void Mend()
    {
        Fault = LinkFault.Reset;
        Fault = LinkFault.None;
    }

    /// <summary>New connections go to this port; those of before stay where they are.</summary>
    public void LeadTo(int port) => _target = new(IPAddress.Loopback, port);

    /// <summary>The connections of before stay open, and nothing goes through them ever again.</summary>
    public void LoseConnections()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Lose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Fault = LinkFault.Refuse;
        await _accepting;
        ResetAll(); // one may have been accepted meanwhile
        await Task.WhenAll(_connections.Values);
    }

    private void Listen()
    {
        _listener = new(SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(_address);
        _listener.Listen();
        _accepting = AcceptAsync(_listener);
    }

    private void CloseListener()
    {
        _listener?.Dispose();
        _listener = null;
    }

    private void ResetAll()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Reset();
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        await Task.Yield();
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptAsync();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            var connection = new ProxiedConnection(client, () => _fault);
            var served = new TaskCompletionSource();
            _connections[connection] = served.Task;
            _accepted++;
            _ = ServeAsync(connection, served);
        }
    }

    private async Task ServeAsync(ProxiedConnection connection, TaskCompletionSource served)
    {
        try
        {
            if (_fault is not (LinkFault.Refusing or LinkFault.Resetting))
            {
                await connection.RunAsync(_target);
            }
        }
        finally
        {
            connection.Reset();
            _connections.TryRemove(connection, out _);
            served.SetResult();
        }
    }
}
