using System.Net;
using System.Net.Http.Headers;
using System.Text;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BffBroker.Tests.Gateways;

/// <summary>What lasts, and what is large.</summary>
public sealed class ApiStreamTests
{
    // Younger exchanges are not looked at.
    private static readonly TimeSpan BeforeAnyLook = TimeSpan.FromSeconds(9);

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromMinutes(2) };

    [Fact]
    public async Task Events_come_as_they_are_sent_and_end_at_once_with_a_logout_on_the_same_node()
    {
        await using var world = await ApiWorld.LoggedInAsync();
        var next = new SemaphoreSlim(1);
        world.Upstream.Answer = http => SendEventsAsync(http, next);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(world.Broker, "/api/orders/events"));
        request.Headers.Add("Cookie", world.Cookie);
        using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var events = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("data: tick", await events.ReadLineAsync(TestContext.Current.CancellationToken));
            await events.ReadLineAsync(TestContext.Current.CancellationToken);
            next.Release();
        }

        await world.World.PostAsync("/logout");
        await Assert.ThrowsAnyAsync<IOException>(() => events.ReadToEndAsync(TestContext.Current.CancellationToken)).WaitAsync(BeforeAnyLook, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_WebSocket_ends_at_once_with_a_logout_on_the_same_node_and_others_go_on()
    {
        await using var world = await ApiWorld.LoggedInAsync();
        world.Upstream.Answer = WebSockets.EchoAsync;
        using var ended = await world.OpenWebSocketAsync(("X-CSRF", "1"));
        using var other = world.World.NewBrowser();
        await other.VisitAsync(World.At("/login"));
        using var kept = await WebSockets.OpenAsync(
            world.Broker, "/api/orders/live", ("X-CSRF", "1"), ("Cookie", $"__Host-bff={other.Cookie(BrokerServer.PublicUrl, "__Host-bff")}"));
        await ended.AssertEchoesAsync();
        await kept.AssertEchoesAsync();

        await world.World.PostAsync("/logout");

        await ended.EndedAsync().WaitAsync(BeforeAnyLook, TestContext.Current.CancellationToken);
        await kept.AssertEchoesAsync();
    }

    [Fact]
    public async Task A_logout_spares_the_next_request_of_the_same_connection()
    {
        await using var world = await ApiWorld.LoggedInAsync();
        using var client = await WireClient.ConnectAsync(world.Broker);
        await client.SendAsync($"GET /api/orders HTTP/1.1\r\nHost: x\r\nCookie: {world.Cookie}\r\n\r\n");
        await Wait.UntilAsync(() => !world.Upstream.Requests.IsEmpty, "the first request");

        await world.World.PostAsync("/logout");
        await client.SendAsync("GET /session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.EndsWith("{\"authenticated\":false}", (await client.ReadToEndAsync()).Trim('0', '\r', '\n'), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("kind", "soak")]
    [InlineData("/api/orders/upload")]
    [InlineData("/api/open/upload")]
    public async Task A_hundred_megabytes_go_up_and_down_with_flat_memory(string path)
    {
        const int size = 100 * 1024 * 1024;
        using var redis = await OwnRedis.StartAsync();
        await using var upstream = await UpstreamServer.StartAsync();
        await using var nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 1, hasLinks: false, ApiWorld.Settings(upstream.Url));
        var session = await nodes.LogInAsync(TimeSpan.FromHours(1));
        var received = 0L;
        upstream.Answer = async http =>
        {
            var buffer = new byte[64 * 1024];
            while (await http.Request.Body.ReadAsync(buffer) is > 0 and var length)
            {
                received += length;
            }

            for (var sent = 0; sent < size; sent += buffer.Length)
            {
                await http.Response.Body.WriteAsync(buffer);
            }
        };
        await SendAsync(1024 * 1024); // what the first request compiles and allocates is no part of it
        var before = MemoryOf(nodes[0].Process);
        received = 0;

        var down = await SendAsync(size);

        Assert.Equal((size, size), (received, down));
        var grown = MemoryOf(nodes[0].Process) - before;
        Assert.True(grown < 40 * 1024 * 1024, $"It grew by {grown / 1024 / 1024} MiB.");

        async Task<long> SendAsync(int length)
        {
            using var content = new StreamContent(new MemoryStream(new byte[length]));
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(nodes[0].Process.Url, path)) { Content = content };
            request.Headers.TransferEncodingChunked = path.StartsWith("/api/open", StringComparison.Ordinal);
            request.Headers.Add("X-CSRF", "1");
            request.Headers.Add("Cookie", $"__Host-bff={session.Cookie}");
            using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, nodes[0].Process.Output);
            await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            var (buffer, total) = (new byte[64 * 1024], 0L);
            while (await body.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var read)
            {
                total += read;
            }

            return total;
        }
    }

    [Fact]
    [Trait("kind", "soak")]
    public async Task Two_hundred_WebSockets_and_an_event_stream_end_within_30_s_of_a_logout_on_another_node()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var upstream = await UpstreamServer.StartAsync();
        await using var nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 2, hasLinks: false, ApiWorld.Settings(upstream.Url));
        var (ended, kept) = (await nodes.LogInAsync(TimeSpan.FromHours(1)), await nodes.LogInAsync(TimeSpan.FromHours(1)));
        upstream.Answer = http => http.WebSockets.IsWebSocketRequest ? WebSockets.EchoAsync(http) : SendEventsAsync(http, new SemaphoreSlim(1));
        var sockets = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => OpenAsync(ended)));
        using var other = await OpenAsync(kept);
        using var ofNobody = await WebSockets.OpenAsync(nodes[0].Process.Url, "/api/open/live");
        await Task.WhenAll(sockets.Append(other).Append(ofNobody).Select(socket => socket.AssertEchoesAsync()));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(nodes[0].Process.Url, "/api/orders/events"));
        request.Headers.Add("Cookie", $"__Host-bff={ended.Cookie}");
        using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var events = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        await events.ReadLineAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, (await nodes[1].PostAsync("/logout", ended)).StatusCode);

        await Task.WhenAll([.. sockets.Select(socket => socket.EndedAsync()), Assert.ThrowsAnyAsync<IOException>(() => events.ReadToEndAsync(TestContext.Current.CancellationToken))])
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await other.AssertEchoesAsync();
        await ofNobody.AssertEchoesAsync();
        Assert.Contains("201 exchanges of session", nodes[0].Process.Output, StringComparison.Ordinal);
        foreach (var socket in sockets)
        {
            socket.Dispose();
        }

        Task<System.Net.WebSockets.ClientWebSocket> OpenAsync(UserSession session) =>
            WebSockets.OpenAsync(nodes[0].Process.Url, "/api/orders/live", ("X-CSRF", "1"), ("Cookie", $"__Host-bff={session.Cookie}"));
    }

    [Fact]
    [Trait("kind", "soak")]
    public async Task A_Redis_that_is_out_of_reach_ends_no_WebSocket_and_an_open_one_is_no_activity()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var world = await ApiWorld.LoggedInAsync(("ConnectionStrings:Redis", redis.ConnectionString), ("Redis:Timeout", "00:00:01"));
        world.Upstream.Answer = WebSockets.EchoAsync;
        using var socket = await world.OpenWebSocketAsync(("X-CSRF", "1"));
        var seen = (await world.World.RecordAsync())!.Seen;

        redis.Kill();
        var end = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(25);
        await Wait.UntilAsync(async () =>
        {
            await socket.AssertEchoesAsync();
            return TimeProvider.System.GetUtcNow() >= end;
        }, "two looks in vain", TimeSpan.FromSeconds(60));

        await redis.RunAsync();
        await Wait.UntilAsync(async () => (await world.GetAsync("/session")).StatusCode == HttpStatusCode.OK, "Redis to be back");
        await socket.AssertEchoesAsync();
        Assert.Equal(seen, (await world.World.RecordAsync())!.Seen);
    }

    [Fact]
    [Trait("kind", "soak")]
    public async Task An_open_WebSocket_does_not_hold_up_a_shutdown()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var upstream = await UpstreamServer.StartAsync();
        await using var nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 1, hasLinks: false, ApiWorld.Settings(upstream.Url));
        upstream.Answer = WebSockets.EchoAsync;
        using var socket = await WebSockets.OpenAsync(nodes[0].Process.Url, "/api/open/live");
        await socket.AssertEchoesAsync();

        Assert.Equal(0, await nodes[0].Process.TerminateAsync().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        await socket.EndedAsync();
    }

    private static long MemoryOf(BrokerProcess broker)
    {
        broker.Process.Refresh();
        return broker.Process.WorkingSet64;
    }

    private static async Task SendEventsAsync(HttpContext http, SemaphoreSlim next)
    {
        http.Response.ContentType = new MediaTypeHeaderValue("text/event-stream").ToString();
        while (true)
        {
            await next.WaitAsync(http.RequestAborted);
            await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes("data: tick\n\n"), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }
}
