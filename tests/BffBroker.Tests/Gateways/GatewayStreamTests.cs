using System.Net.WebSockets;
using System.Text;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>What is more than a question and an answer goes through the gateways as well.</summary>
public sealed class GatewayStreamTests(SharedSite shared) : IClassFixture<SharedSite>
{
    private const int Megabyte = 1024 * 1024;

    private readonly ProtectedSite _site = shared.Site;

    [Theory]
    [InlineData(GatewayProgram.Nginx, "/service")]
    [InlineData(GatewayProgram.Nginx, "/api/service")]
    [InlineData(GatewayProgram.Caddy, "/service")]
    [InlineData(GatewayProgram.Caddy, "/api/service")]
    public async Task A_WebSocket_is_for_who_is_signed_in(GatewayProgram program, string path)
    {
        using var browser = await _site.LogInAsync(program);
        var before = _site.Service.Requests.Count;
        var refusal = await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(program, path, cookie: null));
        Assert.Contains("401", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, _site.Service.Requests.Count);

        using var socket = await ConnectAsync(program, path, browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));
        var buffer = new byte[100];
        foreach (var message in new[] { "one", "two" })
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);
            var answer = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            Assert.Equal(message, Encoding.UTF8.GetString(buffer, 0, answer.Count));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
        Assert.NotNull(_site.Service.Last.Header(path == "/service" ? "X-Auth-Request-User" : "Authorization"));
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task Nothing_but_a_WebSocket_is_an_upgrade(GatewayProgram program)
    {
        using var browser = await _site.LogInAsync(program);

        var answer = await RawRequest.GetAsync(
            _site.UrlOf(program), "/service/x", $"Cookie: __Host-bff={browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")}", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c",
            "HTTP2-Settings: AAMAAABkAAQAAP__");

        Assert.Equal(200, answer.Status);
        Assert.Null(_site.Service.Last.Header("Upgrade"));
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx, "/service")]
    [InlineData(GatewayProgram.Nginx, "/api/service")]
    [InlineData(GatewayProgram.Caddy, "/service")]
    [InlineData(GatewayProgram.Caddy, "/api/service")]
    public async Task Each_event_of_a_stream_arrives_when_it_is_sent(GatewayProgram program, string path)
    {
        using var browser = await _site.LogInAsync(program);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_site.UrlOf(program), $"{path}/events")) { Headers = { Host = BrokerServer.Authority } };
        request.Headers.Add("Cookie", $"__Host-bff={browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")}");
        _site.Service.Events.Release();

        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var events = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("data: 1", await events.ReadLineAsync(TestContext.Current.CancellationToken));
        for (var number = 2; number <= ProtectedService.EventCount; number++)
        {
            Assert.Equal("", await events.ReadLineAsync(TestContext.Current.CancellationToken));
            _site.Service.Events.Release();
            Assert.Equal($"data: {number}", await events.ReadLineAsync(TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx, "/service")]
    [InlineData(GatewayProgram.Nginx, "/api/service")]
    [InlineData(GatewayProgram.Caddy, "/service")]
    [InlineData(GatewayProgram.Caddy, "/api/service")]
    public async Task A_large_upload_goes_through(GatewayProgram program, string path)
    {
        using var browser = await _site.LogInAsync(program);

        using var answer = await browser.FetchAsync(HttpMethod.Post, World.At($"{path}/upload"), new ByteArrayContent(new byte[20 * Megabyte]));

        Assert.Equal($"{20 * Megabyte}", await answer.TextAsync());
    }

    [Fact]
    public async Task What_is_larger_than_nginx_takes_is_told_so_at_once()
    {
        var before = _site.Service.Requests.Count;

        var answer = await RawRequest.AskAsync(
            _site.UrlOf(GatewayProgram.Nginx), $"POST /service/upload HTTP/1.1\r\nHost: {BrokerServer.Authority}\r\nContent-Length: {101 * Megabyte}\r\n\r\n");

        Assert.Equal(413, answer.Status);
        Assert.Equal(before, _site.Service.Requests.Count);
    }

    private async Task<ClientWebSocket> ConnectAsync(GatewayProgram program, string path, string? cookie)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Host", BrokerServer.Authority);
        socket.Options.SetRequestHeader("Origin", BrokerServer.PublicUrl.GetLeftPart(UriPartial.Authority));
        if (cookie is not null)
        {
            socket.Options.SetRequestHeader("Cookie", $"__Host-bff={cookie}");
        }

        await socket.ConnectAsync(new UriBuilder(_site.UrlOf(program)) { Scheme = "ws", Path = $"{path}/socket" }.Uri, TestContext.Current.CancellationToken);
        return socket;
    }
}
