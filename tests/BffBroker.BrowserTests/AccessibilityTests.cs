using System.Text.Json;
using BffBroker.BrowserTests.Support;
using BffBroker.Tests.Support;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests;

/// <summary>Every page by the rules of axe-core (WCAG 2.2 A and AA, and best practices), light and dark, wide and narrow.</summary>
public sealed class AccessibilityTests(RealBrowser browser)
{
    private static readonly string Axe = Path.Combine(Sources.Root, "tests", "BffBroker.BrowserTests", "node_modules", "axe-core", "axe.min.js");

    public static TheoryData<string> Pages => [.. Enum.GetNames<Scenery>()];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task No_rule_is_violated_and_nothing_has_to_be_scrolled_sideways(string page)
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var visitor = await Visitor.ArriveAsync(browser, sandbox);
        await visitor.GoToAsync(Enum.Parse<Scenery>(page), sandbox);
        await visitor.Page.EvaluateAsync(await AxeAsync());

        foreach (var colors in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            foreach (var width in new[] { 360, 1280 })
            {
                await visitor.Page.EmulateMediaAsync(new() { ColorScheme = colors });
                await visitor.Page.SetViewportSizeAsync(width, 800);

                Assert.Equal(("", colors, width), (await ViolationsAsync(visitor.Page), colors, width));
                Assert.True(await visitor.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"At {width} it scrolls sideways.");
            }
        }
    }

    [Fact]
    public async Task Where_colours_are_forced_a_switch_still_shows_whether_it_is_on()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox, new() { ForcedColors = ForcedColors.Active, ReducedMotion = ReducedMotion.Reduce });
        await ada.LogInAsync();
        var keepCalling = ada.Page.GetByRole(AriaRole.Switch);

        var off = await keepCalling.ScreenshotAsync();
        await keepCalling.EvaluateAsync("input => { input.checked = true; }"); // without focus, whose outline would be the difference
        var on = await keepCalling.ScreenshotAsync();

        Assert.NotEqual(off, on);
    }

    [Fact]
    public async Task Text_twice_as_large_fits_on_a_narrow_page()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox, new() { ViewportSize = new() { Width = 320, Height = 800 } });
        await ada.LogInAsync();

        await ada.Page.EvaluateAsync("document.documentElement.style.setProperty('font-size', '200%')");

        Assert.InRange(await ada.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, 320);
    }

    private static async Task<string> AxeAsync() => File.Exists(Axe)
        ? await File.ReadAllTextAsync(Axe, TestContext.Current.CancellationToken)
        : throw Programs.Missing("Needs axe-core, the rules: npm ci --prefix tests/BffBroker.BrowserTests.");

    private static async Task<string> ViolationsAsync(IPage page)
    {
        var result = await page.EvaluateAsync<JsonElement>("axe.run(document, { resultTypes: ['violations'] })");
        return string.Join('\n', result.GetProperty("violations").EnumerateArray().Select(violation =>
            $"{violation.GetProperty("id")}: {violation.GetProperty("help")}\n  {string.Join("\n  ", violation.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("html")))}"));
    }
}
