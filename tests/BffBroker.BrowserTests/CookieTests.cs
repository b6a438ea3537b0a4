using System.Text.Json;
using BffBroker.BrowserTests.Support;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests;

/// <summary>What a real browser makes of the broker's cookies.</summary>
public sealed class CookieTests(RealBrowser browser)
{
    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task It_takes_them_under_their_prefix_keeps_them_to_the_host_and_shows_them_to_no_script(string scheme)
    {
        await using var sandbox = await SandboxServer.StartAsync(scheme);
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        var (login, callback) = (ada.Page.WaitForResponseAsync("**/login?*"), ada.Page.WaitForResponseAsync("**/callback?*"));
        await ada.LogInAsync();

        var cookies = await ada.CookiesAsync();

        Assert.Equal(["__Host-bff", "__Host-bff-login"], cookies.Select(cookie => cookie.Name).Order());
        Assert.All(cookies, cookie =>
        {
            Assert.True(cookie.HttpOnly);
            Assert.True(cookie.Secure);
            Assert.Equal(SameSiteAttribute.Lax, cookie.SameSite);
            Assert.Equal(("localhost", "/"), (cookie.Domain, cookie.Path)); // with a dot before it, other hosts would get it
        });
        foreach (var answer in new[] { await login, await callback })
        {
            // Where nothing is said, a browser calls it Lax, too, and lets other sites' forms send it for two minutes.
            Assert.Contains("samesite=lax", await answer.HeaderValueAsync("set-cookie"), StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal("", await ada.Page.EvaluateAsync<string>("document.cookie"));
    }

    [Fact]
    public async Task A_script_can_neither_replace_nor_delete_the_session()
    {
        await using var sandbox = await SandboxServer.StartAsync("https");
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        await ada.LogInAsync();
        var before = await ada.CookiesAsync();

        await ada.Page.EvaluateAsync("""
            () => {
              document.cookie = '__Host-bff=planted; Secure; Path=/';
              document.cookie = '__Host-bff=planted; Secure; Path=/me';
              document.cookie = '__Host-bff=; Secure; Path=/; Max-Age=0';
            }
            """);

        Assert.Equal(before.Select(cookie => cookie.Value), (await ada.CookiesAsync()).Select(cookie => cookie.Value));
        Assert.True(JsonDocument.Parse(await ada.FetchAsync("/session")).RootElement.GetProperty("authenticated").GetBoolean());
    }
}
