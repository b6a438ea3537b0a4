using System.Net;
using System.Net.WebSockets;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>What is more than a question and an answer goes through the gateways as well.</summary>
public sealed class GatewayStreamTests(SharedSite shared) : IClassFixture<SharedSite>
{
    private const int Megabyte = 1024 * 1024;

    private readonly ProtectedSite _site = shared.Site;

    /// <summary>Guarded by the gateway, or called through the broker.</summary>
    public static MatrixTheoryData<GatewayProgram, string> Ways => new(Enum.GetValues<GatewayProgram>(), ["/service", "/api/service"]);

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_WebSocket_is_for_who_is_signed_in(GatewayProgram program, string path)
    {
        using var browser = await _site.LogInAsync(program);
        var before = _site.Service.Requests.Count;
        using var refused = await OpenAsync(program, path, cookie: null);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.HttpStatusCode);
        Assert.Equal(before, _site.Service.Requests.Count);

        using var socket = await OpenAsync(program, path, browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));
        await socket.AssertEchoesAsync();
        await socket.AssertEchoesAsync();
        Assert.NotNull(_site.Service.Last.Header(path == "/service" ? "X-Auth-Request-User" : "Authorization"));
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task A_WebSocket_is_one_in_any_case(GatewayProgram program)
    {
        using var browser = await _site.LogInAsync(program);

        var answer = await RawRequest.GetAsync(
            _site.UrlOf(program), "/service/socket", $"Cookie: __Host-bff={browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")}",
            "Connection: keep-alive, UPGRADE", "Upgrade: WebSocket",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==");

        Assert.Equal(101, answer.Status);
        Assert.Equal("websocket", _site.Service.Last.Header("Upgrade"));
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
    [MemberData(nameof(Ways))]
    public async Task Each_event_of_a_stream_arrives_when_it_is_sent(GatewayProgram program, string path)
    {
        using var browser = await _site.LogInAsync(program);
        _site.Events.Release();

        using var events = await EventStream.OpenAsync(_site.UrlOf(program), $"{path}/events", browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));

        await events.AssertNextAsync(1);
        for (var number = 2; number <= ProtectedService.EventCount; number++)
        {
            _site.Events.Release();
            await events.AssertNextAsync(number);
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_large_upload_goes_through(GatewayProgram program, string path)
    {
        using var browser = await _site.LogInAsync(program);

        using var answer = await browser.FetchAsync(HttpMethod.Post, World.At($"{path}/upload"), new ByteArrayContent(new byte[20 * Megabyte]));

        Assert.Equal($"{20 * Megabyte}", await answer.TextAsync());
    }

    [Fact]
    public async Task An_upload_that_is_larger_than_nginx_takes_is_refused_at_once()
    {
        var before = _site.Service.Requests.Count;

        var answer = await RawRequest.AskAsync(
            _site.UrlOf(GatewayProgram.Nginx), $"POST /service/upload HTTP/1.1\r\nHost: {BrokerServer.Authority}\r\nContent-Length: {101 * Megabyte}\r\n\r\n");

        Assert.Equal(413, answer.Status);
        Assert.Equal(before, _site.Service.Requests.Count);
    }

    private Task<ClientWebSocket> OpenAsync(GatewayProgram program, string path, string? cookie) => WebSockets.OpenAsync(
        _site.UrlOf(program),
        $"{path}/socket",
        [("Host", BrokerServer.Authority), ("Origin", BrokerServer.PublicUrl.GetLeftPart(UriPartial.Authority)), .. cookie is null ? [] : new[] { ("Cookie", $"__Host-bff={cookie}") }]);
}
