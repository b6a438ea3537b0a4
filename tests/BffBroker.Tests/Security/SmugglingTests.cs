using BffBroker.Tests.Gateways;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>A request that one server could see end where another does not is refused, and what follows on its connection is never read as a second one.</summary>
public sealed class SmugglingTests(SharedSite shared) : IClassFixture<SharedSite>
{
    private const string Second = "GET /session HTTP/1.1\r\nHost: localhost:8080\r\nConnection: close\r\n\r\n";

    private static readonly string[] Shapes =
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n2\r\na=\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n2;\rxx\r\na=\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n2;\nxx\r\na=\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n2;a\na=\r\n0\r\n\r\n",
        "Content-Length: 2\r\nContent-Length: 5\r\n\r\na=",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Content-Length : 2\r\n\r\na=",
    ];

    public static MatrixTheoryData<string, string> Direct => new(["/logout", "/api/service/x"], Shapes);

    public static MatrixTheoryData<GatewayProgram, string, string> Behind => new(Enum.GetValues<GatewayProgram>(), ["/logout", "/api/service/x", "/service/x"], Shapes);

    [Theory]
    [MemberData(nameof(Direct))]
    public Task The_broker_refuses_it_and_hangs_up(string path, string shape) => AssertRefusedAsync(shared.Site.Broker.Url, path, shape, "1.1");

    [Theory]
    [InlineData("/logout")]
    [InlineData("/api/service/x")]
    public Task Chunks_of_HTTP_1_0_are_refused(string path) =>
        AssertRefusedAsync(shared.Site.Broker.Url, path, "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "1.0");

    [Theory]
    [MemberData(nameof(Behind))]
    public async Task Behind_a_gateway_it_never_becomes_two(GatewayProgram program, string path, string shape)
    {
        using var browser = await shared.Site.LogInAsync(program);
        var before = shared.Site.Service.Requests.Count;

        var answer = await AnswerAsync(shared.Site.UrlOf(program), path, shape, "1.1", $"Cookie: __Host-bff={browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")}\r\n");

        // A gateway may make one good request of it, with one length, and answer the next one as well: as its own front, it decides where a request ends.
        Assert.InRange(Answers(answer), 0, 2);
        Assert.InRange(shared.Site.Service.Requests.Count - before, 0, 1);
        Assert.DoesNotContain(shared.Site.Service.Requests.Skip(before), request => request.Headers.ContentLength is not null && request.Headers.TransferEncoding.Count > 0);
    }

    private async Task AssertRefusedAsync(Uri server, string path, string shape, string version)
    {
        using var browser = await shared.Site.LogInAsync(GatewayProgram.Nginx);
        var before = shared.Site.Service.Requests.Count;

        var answer = await AnswerAsync(server, path, shape, version, $"Cookie: __Host-bff={browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")}\r\n");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Equal(1, Answers(answer));
        Assert.InRange(shared.Site.Service.Requests.Count - before, 0, path == "/logout" ? 0 : 1);
    }

    private static async Task<string> AnswerAsync(Uri server, string path, string shape, string version, string cookie)
    {
        using var client = await WireClient.ConnectAsync(server);
        await client.SendAsync($"POST {path} HTTP/{version}\r\nHost: localhost:8080\r\nX-CSRF: 1\r\n{cookie}Content-Type: application/x-www-form-urlencoded\r\n{shape}{Second}");
        return await client.ReadToEndAsync();
    }

    private static int Answers(string text) => text.Split("HTTP/1.1 ").Length - 1;
}
