using BffBroker.Tests.Api;
using BffBroker.Tests.Gateways;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>
/// Another application of the site may have set a cookie with a byte that is no UTF-8, or a proxy may add such a header. It changes nothing, for as long
/// as the cookie lives.
/// </summary>
public sealed class HeaderByteTests(SharedSite shared) : IClassFixture<SharedSite>
{
    private const string Cookie = "city=M\xFCnchen; bad=\xC3; all=\x80\xFE\xFF";

    [Theory]
    [InlineData("GET", "/session", 200)]
    [InlineData("GET", "/me", 200)]
    [InlineData("GET", "/sessions", 200)]
    [InlineData("GET", "/auth/nginx", 200)]
    [InlineData("GET", "/auth/forward", 200)]
    [InlineData("GET", "/login", 302)]
    [InlineData("GET", "/callback", 400)]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("POST", "/logout", 204)]
    public async Task A_byte_that_is_no_UTF_8_changes_nothing(string method, string path, int status)
    {
        await using var world = await World.StartAsync(GatewayWorld.Trust);
        await world.LogInAsync();
        var session = $"__Host-bff={world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")}";
        string[] lines = ["X-CSRF: 1", $"X-Forwarded-Host: {BrokerServer.Authority}", "X-Forwarded-Proto: http", "X-Forwarded-Uri: /", "X-Any: \xFC", "User-Agent: \xFF", $"Cookie: {Cookie}; {session}"];

        var answer = await RawRequest.AskAsync(world.Broker.Url, $"{method} {path} HTTP/1.1\r\nHost: {BrokerServer.Authority}\r\n{string.Join("\r\n", lines)}\r\n\r\n");

        Assert.Equal((path, status), (path, answer.Status));
        if (path == "/session")
        {
            Assert.Contains("\"authenticated\":true", answer.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/health/live", 200)]
    [InlineData("/health/ready", 200)]
    [InlineData("/admin/users/x/sessions", 401)]
    public async Task Nor_does_it_on_the_management_listener(string path, int status)
    {
        await using var world = await World.StartAsync(("Management:AdminKey", BrokerNodes.AdminKey));

        Assert.Equal(status, (await RawRequest.GetAsync(world.Broker.ManagementUrl, path, $"Cookie: {Cookie}", "Authorization: Bearer \xFC")).Status);
    }

    [Fact]
    public async Task An_API_gets_it_as_it_came()
    {
        await using var world = await ApiWorld.LoggedInAsync();

        var answer = await RawRequest.GetAsync(world.Broker, "/api/orders", $"Cookie: {Cookie}; {world.Cookie}", "X-Any: \xFC\xC3\xBC");

        Assert.Equal(200, answer.Status);
        Assert.Equal(Cookie, world.Upstream.Last.Header("Cookie"));
        Assert.Equal("\xFC\xC3\xBC", world.Upstream.Last.Header("X-Any"));
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task Nor_does_it_behind_a_gateway(GatewayProgram program)
    {
        using var browser = await shared.Site.LogInAsync(program);
        var session = $"__Host-bff={browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")}";

        foreach (var path in new[] { "/service/x", "/members/page.html", "/session" })
        {
            var answer = await RawRequest.GetAsync(shared.Site.UrlOf(program), path, $"Cookie: {Cookie}; {session}", "X-Any: \xFC");

            Assert.Equal((path, 200), (path, answer.Status));
        }
    }
}
