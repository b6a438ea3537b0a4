using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace BffBroker.Tests.Support;

/// <summary>Ports of this machine, for programs that are about to be started.</summary>
internal static class Ports
{
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>A port for a program that cannot choose its own: below those that the system hands out, so that no connection takes it meanwhile.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(12_000, 32_000);
            if (!Given.TryAdd(port, true))
            {
                continue; // to a program that may not listen yet
            }

            try
            {
                // Bound, and not listening: a process that another test begins at this moment has all sockets until it is another program, and one that
                // listens would keep the port from who asked.
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
