using BffBroker.Endpoints;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>
/// A client may send a header several times. Where a gateway judges a header by one of its values, the application gets that value alone.
/// Real gateways run the configurations that <c>deploy/</c> ships.
/// </summary>
public sealed class RepeatedHeaderTests(SharedSite shared) : IClassFixture<SharedSite>
{
    private const string Lie = "somebody else";
    private const string SwitchingProtocols = "HTTP/1.1 101";

    private static readonly string[] AskingForH2c = ["Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABkAAQAAP__"];

    private readonly ProtectedSite _site = shared.Site;

    /// <summary>Guarded by the gateway, or called through the broker.</summary>
    public static MatrixTheoryData<GatewayProgram, string> Ways => new(Enum.GetValues<GatewayProgram>(), ["", "/api"]);

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task No_value_of_Upgrade_beside_websocket_opens_a_tunnel_to_an_application_that_accepts_h2c(
        GatewayProgram program, string prefix)
    {
        var (cookie, origin) = (await CookieAsync(program), $"Origin: {BrokerServer.PublicUrl.GetLeftPart(UriPartial.Authority)}");

        foreach (var values in SeveralValues.Of("websocket", "h2c", "TLS/1.0").Append(["h2c"]).Append(["websocket", "h2c", "websocket"]))
        {
            var answer = await RawRequest.GetAsync(
                _site.UrlOf(program),
                prefix + ProtectedService.H2c,
                [cookie, origin, .. AskingForH2c, .. SeveralValues.Lines("Upgrade", values)]);

            Assert.DoesNotContain(SwitchingProtocols, answer.Text, StringComparison.Ordinal);
            Assert.Equal(ProtectedService.H2c, _site.Service.Last.Target);
            Assert.True(_site.Service.Last.Header("Upgrade") is null or "websocket", string.Join(" | ", values));
        }
    }

    [Fact]
    public async Task The_application_of_these_tests_accepts_h2c_in_every_order()
    {
        foreach (var values in SeveralValues.Of("websocket", "h2c").Concat(SeveralValues.Of("TLS/1.0", "h2c")))
        {
            var answer = await RawRequest.GetAsync(
                _site.Service.Url, ProtectedService.H2c, [.. AskingForH2c, .. SeveralValues.Lines("Upgrade", values)]);

            Assert.StartsWith(SwitchingProtocols, answer.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task The_broker_s_cookies_stay_with_it_in_whichever_Cookie_line_they_come(GatewayProgram program)
    {
        var session = (await CookieAsync(program))["Cookie: ".Length..];

        foreach (var values in SeveralValues.Of(session, "a=1", "__Host-bff-login=x; b=2").Append([session, "a=1", session]))
        {
            var before = _site.Service.Requests.Count;

            var answer = await RawRequest.GetAsync(_site.UrlOf(program), "/service/x", [.. SeveralValues.Lines("Cookie", values)]);

            // A comma separates no cookies (RFC 6265 4.2.1), and two sessions count as none.
            var isSignedIn = values.Count(value => value == session) == 1;
            Assert.Equal((string.Join(" | ", values), isSignedIn ? 200 : 401), (string.Join(" | ", values), answer.Status));
            Assert.Equal(isSignedIn ? before + 1 : before, _site.Service.Requests.Count);
            var seen = _site.Service.Last.ValuesOf("Cookie");
            Assert.DoesNotContain(seen, cookie => cookie.Contains("bff", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task No_value_of_a_header_that_a_client_may_not_send_reaches_the_application(GatewayProgram program)
    {
        var cookie = await CookieAsync(program);

        foreach (var values in SeveralValues.Of(Lie, "203.0.113.7", "https"))
        {
            var lies = GatewayHeaderTests.Lies.SelectMany(name => SeveralValues.Lines(name, values));

            var answer = await RawRequest.GetAsync(_site.UrlOf(program), "/service/x", [cookie, .. lies]);

            var request = _site.Service.Last;
            Assert.Equal(200, answer.Status);
            Assert.All(values, lie =>
                Assert.DoesNotContain(request.Headers, header => $"{header.Value}".Contains(lie, StringComparison.Ordinal)));
            Assert.Equal("Kim Nomail", request.Header(IdentityHeaders.Name));
            Assert.StartsWith("amzn1.account.", request.Header(IdentityHeaders.User), StringComparison.Ordinal);
            Assert.Null(request.Header(IdentityHeaders.Email));
            Assert.Equal("127.0.0.1", request.Header("X-Forwarded-For"));
            Assert.Equal("http", request.Header("X-Forwarded-Proto"));
            Assert.Equal(BrokerServer.Authority, request.Header("X-Forwarded-Host"));
        }
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task No_value_of_Connection_takes_off_what_the_gateway_adds(GatewayProgram program)
    {
        var cookie = await CookieAsync(program);

        foreach (var values in SeveralValues.Of("Upgrade", IdentityHeaders.User, "X-Forwarded-For"))
        {
            foreach (var upgrade in new[] { "websocket", "h2c" })
            {
                var answer = await RawRequest.GetAsync(
                    _site.UrlOf(program), "/service/x", [cookie, $"Upgrade: {upgrade}", .. SeveralValues.Lines("Connection", values)]);

                Assert.Equal(200, answer.Status);
                Assert.NotNull(_site.Service.Last.Header(IdentityHeaders.User));
                Assert.Equal("127.0.0.1", _site.Service.Last.Header("X-Forwarded-For"));
                Assert.DoesNotContain("X-", _site.Service.Last.Header("Connection") ?? "", StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task A_request_for_two_hosts_is_for_none(GatewayProgram program)
    {
        var (cookie, before) = (await CookieAsync(program), _site.Service.Requests.Count);
        const string Own = BrokerServer.Authority;

        foreach (var (first, second) in new[] { (Own, "evil.example"), ("evil.example", Own), (Own, Own) })
        {
            var answer = await RawRequest.AskAsync(
                _site.UrlOf(program), $"GET /service/x HTTP/1.1\r\nHost: {first}\r\nHost: {second}\r\n{cookie}\r\n\r\n");

            Assert.Equal(400, answer.Status);
        }

        Assert.Equal(before, _site.Service.Requests.Count);
    }

    /// <summary>RFC 9110 6.5.1: some servers merge trailers into the headers.</summary>
    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task No_trailer_says_who_a_client_is(GatewayProgram program)
    {
        var answer = await RawRequest.AskAsync(
            _site.UrlOf(program),
            $"POST /service/trailers HTTP/1.1\r\nHost: {BrokerServer.Authority}\r\n{await CookieAsync(program)}\r\n"
            + $"TE: trailers\r\nTrailer: {IdentityHeaders.User}\r\nTransfer-Encoding: chunked\r\n\r\n"
            + $"1\r\na\r\n0\r\n{IdentityHeaders.User}: {Lie}\r\n\r\n");

        Assert.Equal(200, answer.Status);
        Assert.Equal("/service/trailers", _site.Service.Last.Target);
        Assert.DoesNotContain(Lie, answer.Text, StringComparison.Ordinal);
        Assert.StartsWith("amzn1.account.", _site.Service.Last.Header(IdentityHeaders.User), StringComparison.Ordinal);
    }

    private async Task<string> CookieAsync(GatewayProgram program)
    {
        using var browser = await _site.LogInAsync(program, "kim");
        return $"Cookie: __Host-bff={browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")}";
    }
}
