using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BffBroker.Tests.Support;

/// <summary>
/// A server on a free port that counts the requests that come in whole and answers them byte by byte as told: the first request gets the first
/// answer, and so on; the last answer serves whatever comes after.
/// </summary>
internal sealed class WireServer : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _connections = [];
    private readonly WireAnswer[] _answers;
    private int _requests;

    private WireServer(WireAnswer[] answers)
    {
        _answers = answers;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public Uri Url => new($"http://{_socket.LocalEndPoint}");

    public int Requests => Volatile.Read(ref _requests);

    public int Connections
    {
        get
        {
            lock (_connections)
            {
                return _connections.Count;
            }
        }
    }

    public static WireServer Start(params WireAnswer[] answers)
    {
        var server = NotListening(answers);
        server.Listen();
        return server;
    }

    /// <summary>Has its port already, and refuses every connection until <see cref="Listen"/>.</summary>
    public static WireServer NotListening(params WireAnswer[] answers) => new(answers);

    public void Listen()
    {
        _socket.Listen();
        _ = AcceptAsync();
    }

    public void Dispose()
    {
        _socket.Dispose();
        lock (_connections)
        {
            _connections.ForEach(connection => connection.Dispose());
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var connection = await _socket.AcceptAsync();
            lock (_connections)
            {
                _connections.Add(connection);
            }

            _ = ServeAsync(connection);
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        while (await ReadRequestAsync(connection))
        {
            var answer = _answers[Math.Min(Interlocked.Increment(ref _requests), _answers.Length) - 1];
            await answer.Released;
            await connection.SendAsync(Encoding.ASCII.GetBytes(answer.Text));
            if (answer.End is not WireEnd.Kept)
            {
                connection.LingerState = new(answer.End == WireEnd.Reset, 0);
                connection.Dispose();
                return;
            }
        }
    }

    private static async Task<bool> ReadRequestAsync(Socket connection)
    {
        var request = "";
        var buffer = new byte[4096];
        while (!IsWhole(request))
        {
            var length = await connection.ReceiveAsync(buffer);
            if (length == 0)
            {
                return false;
            }

            request += Encoding.Latin1.GetString(buffer, 0, length);
        }

        return true;
    }

    private static bool IsWhole(string request)
    {
        const string contentLength = "Content-Length: ";
        var (end, at) = (request.IndexOf("\r\n\r\n", StringComparison.Ordinal), request.IndexOf(contentLength, StringComparison.OrdinalIgnoreCase));
        return end >= 0 && request.Length >= end + 4 + (at < 0 ? 0 : int.Parse(request[(at + contentLength.Length)..].Split('\r')[0], null));
    }
}
