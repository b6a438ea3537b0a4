using System.Net;
using System.Net.Sockets;

namespace BffBroker.Tests.Support;

/// <summary>One connection through a <see cref="FaultProxy"/>: two pumps, each of which asks for the fault at each chunk.</summary>
internal sealed class ProxiedConnection(Socket client, Func<LinkFault> fault)
{
    private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<Way, bool> _isDead = new() { [Way.Requests] = false, [Way.Answers] = false };
    private volatile bool _isLost;
    private LinkFault.Cutting? _cut;
    private int _bytesToCut;

    /// <summary>Ends when both ends have closed, or on <see cref="Reset"/>.</summary>
    public async Task RunAsync(IPEndPoint target)
    {
        try
        {
            client.NoDelay = true;
            await _server.ConnectAsync(target, _stop.Token);
            await Task.WhenAll(PumpAsync(client, _server, Way.Requests), PumpAsync(_server, client, Way.Answers));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Either end is gone, or the proxy ends.
        }
    }

    /// <summary>RST to both ends; to one that has closed already it is nothing.</summary>
    public void Reset()
    {
        _stop.Cancel();
        Abort(client);
        Abort(_server);
    }

    /// <summary>From now on nothing goes through, and neither end is told.</summary>
    public void Lose() => _isLost = true;

    private static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new(enable: true, seconds: 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return;
        }

        socket.Dispose();
    }

    private async Task PumpAsync(Socket from, Socket to, Way way)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var length)
            {
                var chunk = buffer.AsMemory(0, length);
                var (passes, resets) = await JudgeAsync(chunk, way);
                if (passes.Length > 0)
                {
                    await to.SendAsync(passes, _stop.Token);
                }

                if (resets)
                {
                    Reset();
                    return;
                }
            }

            if (!IsDead(way))
            {
                to.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Reset(); // the other pump must end as well
        }
    }

    private async Task<(ReadOnlyMemory<byte> Passes, bool Resets)> JudgeAsync(ReadOnlyMemory<byte> chunk, Way way)
    {
        switch (fault())
        {
            case LinkFault.Delaying(var perChunk):
                await Task.Delay(perChunk, _stop.Token);
                break;

            case LinkFault.Holding hold when hold.Way.HasFlag(way):
                await hold.WaitAsync(chunk.Span, _stop.Token);
                break;

            case LinkFault.Swallowing(var swallowed) when swallowed.HasFlag(way):
                _isDead[way] = true;
                break;

            case LinkFault.Cutting cut when way == Way.Answers:
                (_bytesToCut, _cut) = (ReferenceEquals(cut, _cut) ? _bytesToCut : cut.AnswerBytes, cut);
                var passes = chunk[..Math.Min(_bytesToCut, chunk.Length)];
                _bytesToCut -= passes.Length;
                return (passes, passes.Length < chunk.Length);
        }

        return (IsDead(way) ? default : chunk, false);
    }

    private bool IsDead(Way way) => _isLost || _isDead[way];
}
