using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Api;

/// <summary>Exchanges that last: WebSockets and server-sent events.</summary>
public sealed class ApiStreamTests
{
    // Younger exchanges are not looked at.
    private static readonly TimeSpan BeforeAnyLook = TimeSpan.FromSeconds(9);

    [Fact]
    public async Task Events_come_as_they_are_sent_and_end_at_once_with_a_logout_on_the_same_node()
    {
        await using var world = await ApiWorld.LoggedInAsync();
        var next = new SemaphoreSlim(1);
        world.Upstream.Answer = http => EventStream.SendAsync(http, next);
        using var events = await EventStream.OpenAsync(world.Broker, "/api/orders/events", world.World.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));

        for (var number = 1; number <= 3; number++)
        {
            await events.AssertNextAsync(number);
            next.Release();
        }

        await world.World.PostAsync("/logout");
        await events.EndedAsync().WaitAsync(BeforeAnyLook, TestContext.Current.CancellationToken);
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

    [Theory]
    [InlineData("Upgrade: SPDY/3.1")]
    [InlineData("Upgrade: h2c")]
    [InlineData("Upgrade: websocket, h2c")]
    [InlineData("Upgrade: h2c\r\nUpgrade: websocket")]
    [InlineData("Upgrade: websocket\r\nUpgrade: h2c")]
    public async Task An_upgrade_to_anything_but_a_WebSocket_is_ignored(string upgrade)
    {
        await using var world = await ApiWorld.LoggedInAsync();

        foreach (var path in new[] { "/session", "/api/orders", "/api/open" })
        {
            var answer = await WireClient.AnswerAsync(world.Broker, $"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {world.Cookie}\r\nConnection: Upgrade, close\r\n{upgrade}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

            Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        }

        Assert.Equal(2, world.Upstream.Requests.Count);
        Assert.All(world.Upstream.Requests, request => Assert.False(request.Headers.ContainsKey("Upgrade")));
    }

    [Fact]
    public async Task A_logout_spares_the_next_request_of_the_same_connection()
    {
        await using var world = await ApiWorld.LoggedInAsync();
        using var client = await WireClient.ConnectAsync(world.Broker);
        await client.SendAsync($"GET /api/orders HTTP/1.1\r\nHost: x\r\nCookie: {world.Cookie}\r\n\r\n");
        await client.ReadAsync(); // answered: a logout ends what is under way

        await world.World.PostAsync("/logout");
        await client.SendAsync("GET /session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.EndsWith("{\"authenticated\":false}", (await client.ReadToEndAsync()).Trim('0', '\r', '\n'), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("kind", "soak")]
    public async Task Two_hundred_WebSockets_and_an_event_stream_end_within_30_s_of_a_logout_on_another_node()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var upstream = await UpstreamServer.StartAsync();
        await using var nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 2, hasLinks: false, ApiWorld.Settings(upstream.Url));
        var (ended, kept) = (await nodes.LogInAsync(TimeSpan.FromHours(1)), await nodes.LogInAsync(TimeSpan.FromHours(1)));
        upstream.Answer = http => http.WebSockets.IsWebSocketRequest ? WebSockets.EchoAsync(http) : EventStream.SendAsync(http, new SemaphoreSlim(1));
        var sockets = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => OpenAsync(ended)));
        using var other = await OpenAsync(kept);
        using var ofNobody = await WebSockets.OpenAsync(nodes[0].Process.Url, "/api/open/live");
        await Task.WhenAll(sockets.Append(other).Append(ofNobody).Select(socket => socket.AssertEchoesAsync()));
        using var events = await EventStream.OpenAsync(nodes[0].Process.Url, "/api/orders/events", ended.Cookie);
        await events.AssertNextAsync(1);

        Assert.Equal(HttpStatusCode.NoContent, (await nodes[1].PostAsync("/logout", ended)).StatusCode);

        await Task.WhenAll([.. sockets.Select(socket => socket.EndedAsync()), events.EndedAsync()])
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
}
