using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>A gateway opens the broker's endpoints by their exact paths: what its pages load is one of them.</summary>
public sealed class GatewayStyleTests(SharedSite shared) : IClassFixture<SharedSite>
{
    private readonly ProtectedSite _site = shared.Site;

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task The_broker_s_pages_come_with_their_style_sheet(GatewayProgram program)
    {
        using var browser = _site.NewBrowser(program);
        Assert.Contains("href=\"/login/pages.css\"", await (await browser.OpenAsync(World.At("/callback"))).TextAsync(), StringComparison.Ordinal);

        using var sheet = await browser.FetchAsync(HttpMethod.Get, World.At("/login/pages.css"));

        Assert.Equal((HttpStatusCode.OK, "text/css; charset=utf-8"), (sheet.StatusCode, sheet.Content.Headers.ContentType?.ToString()));
        Assert.Contains("--accent", await sheet.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(["nosniff"], sheet.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["no-store"], sheet.Headers.GetValues("Cache-Control"));
    }
}
