using BffBroker.BrowserTests.Support;
using BffBroker.Tests.Support;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests;

/// <summary>The pictures of the README. They are made where they are asked for: CONTRIBUTING.md has the command.</summary>
[Trait("kind", "screenshot")]
public sealed class Screenshots(RealBrowser browser)
{
    [Theory]
    [InlineData("signed-in", Scenery.Refreshed, ColorScheme.Light, 1180, 796)]
    [InlineData("phone", Scenery.SignedIn, ColorScheme.Dark, 390, 844)]
    [InlineData("consent", Scenery.SimulatorConsent, ColorScheme.Light, 780, 700)]
    public async Task Make(string name, Scenery scenery, ColorScheme colors, int width, int height)
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var visitor = await Visitor.ArriveAsync(browser, sandbox, new() { ColorScheme = colors, ViewportSize = new() { Width = width, Height = height }, TimezoneId = "UTC" });
        await visitor.GoToAsync(scenery, sandbox);

        await visitor.Page.ScreenshotAsync(new() { Path = Path.Combine(Sources.Root, "docs", "images", $"{name}.png") });
    }
}
