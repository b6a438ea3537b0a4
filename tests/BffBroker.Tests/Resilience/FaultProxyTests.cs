using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>The tests' own instrument does what it says, to connections that are open and to new ones.</summary>
public sealed class FaultProxyTests : IAsyncLifetime
{
    private static readonly TimeSpan AWhile = TimeSpan.FromMilliseconds(200);

    private readonly TcpListener _echo = new(IPAddress.Loopback, 0);
    private FaultProxy _proxy = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _echo.Start();
        _proxy = new(((IPEndPoint)_echo.LocalEndpoint).Port);
        _ = EchoAsync();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _echo.Dispose();
    }

    [Fact]
    public async Task The_proxy_passes_both_ways_and_adds_latency_each_way()
    {
        using var open = await ConnectAsync();
        Assert.Equal("hello", await AskAsync(open, "hello"));

        _proxy.Fault = LinkFault.Latency(AWhile);
        var watch = Stopwatch.StartNew();
        Assert.Equal("later", await AskAsync(open, "later"));
        Assert.True(watch.Elapsed >= 1.9 * AWhile, $"It took {watch.Elapsed}."); // timers may fire a little early
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_proxy_resets_or_refuses_and_comes_back(bool refuses)
    {
        using var open = await ConnectAsync();
        await AskAsync(open, "hello");
        _proxy.Fault = refuses ? LinkFault.Refuse : LinkFault.Reset;

        await Assert.ThrowsAsync<SocketException>(() => AskAsync(open, "hello"));
        var refusal = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using var fresh = await ConnectAsync();
            await AskAsync(fresh, "hello");
        });
        Assert.Equal(refuses, refusal.SocketErrorCode == SocketError.ConnectionRefused);

        _proxy.Fault = LinkFault.None;
        using var later = await ConnectAsync();
        Assert.Equal("hello", await AskAsync(later, "hello"));
    }

    [Theory]
    [InlineData(nameof(Way.Requests))]
    [InlineData(nameof(Way.Answers))]
    [InlineData(nameof(Way.Both))]
    public async Task The_proxy_swallows_and_what_has_lost_bytes_stays_silent_until_it_is_mended(string way)
    {
        using var open = await ConnectAsync();
        _proxy.Fault = LinkFault.Blackhole(Enum.Parse<Way>(way));
        var unanswered = AskAsync(open, "hello");
        await Assert.ThrowsAsync<TimeoutException>(() => unanswered.WaitAsync(AWhile, CancellationToken));

        _proxy.Fault = LinkFault.None;
        await open.SendAsync("hello"u8.ToArray(), CancellationToken);
        await Assert.ThrowsAsync<TimeoutException>(() => unanswered.WaitAsync(AWhile, CancellationToken));

        // The only one that waits: of several, the first alone is told of a reset, and the others of an end.
        _proxy.Mend();
        await Assert.ThrowsAsync<SocketException>(() => unanswered);
        using var later = await ConnectAsync();
        Assert.Equal("hello", await AskAsync(later, "hello"));
    }

    [Fact]
    public async Task The_proxy_cuts_after_so_many_bytes_of_the_answers()
    {
        using var open = await ConnectAsync();
        Assert.Equal("hello", await AskAsync(open, "hello"));
        _proxy.Fault = LinkFault.CutAfter(7);

        Assert.Equal("hello", await AskAsync(open, "hello"));
        Assert.Equal("he", await AskAsync(open, "hello"));
        await Assert.ThrowsAsync<SocketException>(() => AskAsync(open, "hello"));
    }

    [Fact]
    public async Task The_proxy_holds_what_contains_a_text_and_loses_nothing()
    {
        using var open = await ConnectAsync();
        var hold = LinkFault.Hold(Way.Requests, "stop");
        _proxy.Fault = hold;

        Assert.Equal("go", await AskAsync(open, "go"));
        var answer = AskAsync(open, "please stop");
        await hold.Met.WaitAsync(CancellationToken);
        Assert.False(answer.IsCompleted);
        hold.Release();
        Assert.Equal("please stop", await answer);
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _proxy.Port, CancellationToken);
        return socket;
    }

    private static async Task<string> AskAsync(Socket socket, string text)
    {
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(text), CancellationToken);
        var buffer = new byte[100];
        var length = await socket.ReceiveAsync(buffer, CancellationToken);
        return System.Text.Encoding.ASCII.GetString(buffer, 0, length);
    }

    private async Task EchoAsync()
    {
        while (true)
        {
            var client = await _echo.AcceptTcpClientAsync();
            _ = client.GetStream().CopyToAsync(client.GetStream());
        }
    }
}
