using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>A browser that is sent round and round can neither log in nor read why.</summary>
public sealed class RedirectLoopTests
{
    [Theory]
    [InlineData("/there", "/there?login_error=login_failed")]
    [InlineData("/there?login_error=access_denied", "/there?login_error=login_failed")]
    [InlineData("/login", "/login?login_error=login_failed")]
    [InlineData("/login?returnUrl=/login", "/login?returnUrl=/login&login_error=login_failed")]
    [InlineData("http://localhost:8080/login", "/login?login_error=login_failed")]
    public async Task A_failed_login_begins_no_other(string returnUrl, string end)
    {
        await using var world = await World.StartAsync();
        world.Amazon.Simulator.Faults.Set(Operation.CodeExchange, Fault.OAuthError(400, "invalid_grant", "x"));

        var visit = await world.Browser.VisitAsync(World.At($"/login?returnUrl={Uri.EscapeDataString(returnUrl)}"));

        Assert.Equal(end, visit.Url.PathAndQuery);
        Assert.Equal(1, world.Amazon.Simulator.Calls.Count(Operation.Authorize));
    }

    [Theory]
    [InlineData("/login?login_error=access_denied", "/login")]
    [InlineData("/login?login_error=login_failed&returnUrl=%2Fwiki%3Fa%3D1%26login_error%3Dlogin_failed", "/login?returnUrl=%2Fwiki%3Fa%3D1")]
    public async Task Where_a_failed_login_leads_to_the_login_a_page_offers_a_new_one(string login, string link)
    {
        await using var world = await World.StartAsync();

        var page = await world.Browser.OpenAsync(World.At(login));

        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, page.StatusCode);
        Assert.Empty(page.SetCookies());
        Assert.Contains($"href=\"http://localhost:8080{link}\"", await page.TextAsync(), StringComparison.Ordinal);
    }

    /// <summary>What a gateway hands on where there is none.</summary>
    [Fact]
    public async Task An_empty_login_error_is_none()
    {
        await using var world = await World.StartAsync();

        Assert.Equal(World.At("/there"), (await world.LogInAsync("/login?login_error=&returnUrl=/there")).Url);
    }

    [Fact]
    public async Task A_refused_callback_reloads_at_most_itself()
    {
        await using var world = await World.StartAsync();
        var callback = await world.LogInUpToCallbackAsync();
        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff-login", null);

        var page = await world.Browser.OpenAsync(callback);

        Assert.Null(page.Headers.Location);
        Assert.False(page.Headers.Contains("Refresh"));
        Assert.DoesNotContain("url=", (await page.TextAsync()).Split("http-equiv")[1].Split('>')[0], StringComparison.OrdinalIgnoreCase);
    }
}
