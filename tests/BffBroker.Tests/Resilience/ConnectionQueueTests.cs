using System.Globalization;
using System.Net.Sockets;
using System.Text;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>More clients at once than a node has the time to take: it is busy, or stood still for a moment.</summary>
public sealed class ConnectionQueueTests(RedisServer redis)
{
    private const int Clients = 1000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly byte[] Request = Encoding.ASCII.GetBytes($"GET /session HTTP/1.1\r\nHost: {BrokerServer.Authority}\r\nConnection: close\r\n\r\n");

    private static int LongestQueue => File.Exists("/proc/sys/net/core/somaxconn") ? int.Parse(File.ReadAllText("/proc/sys/net/core/somaxconn"), CultureInfo.InvariantCulture) : 128;

    [Fact]
    public async Task A_thousand_clients_that_come_while_a_node_stands_still_are_all_answered_when_it_goes_on()
    {
        Assert.SkipUnless(LongestQueue >= Clients, $"This kernel lets {LongestQueue} connections wait: net.core.somaxconn.");
        await using var nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 1, hasLinks: false, ("Broker:TrustedProxies:0", "127.0.0.1")); // one client alone may not have so many
        var sockets = Enumerable.Range(0, Clients).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp)).ToList();
        try
        {
            nodes[0].Suspend();
            await Task.WhenAll(sockets.Select(socket => AskAsync(socket, nodes[0].Process.Url))).WaitAsync(Longest, TestContext.Current.CancellationToken);
            nodes[0].Resume();

            var answers = await Task.WhenAll(sockets.Select(AnswerAsync)).WaitAsync(Longest, TestContext.Current.CancellationToken);

            Assert.All(answers, answer => Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal));
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private static async Task AskAsync(Socket socket, Uri server)
    {
        await socket.ConnectAsync(server.Host, server.Port);
        await socket.SendAsync(Request);
    }

    private static async Task<string> AnswerAsync(Socket socket)
    {
        using var reader = new StreamReader(new NetworkStream(socket), Encoding.ASCII);
        return await reader.ReadToEndAsync();
    }
}
