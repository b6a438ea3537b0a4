using BffBroker.BrowserTests.Support;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests;

/// <summary>A page with a service worker, which gets every page load of its origin before the network does.</summary>
public sealed class ServiceWorkerTests(RealBrowser browser)
{
    /// <summary>Chromium names the destination of a navigation that a worker fetches <c>empty</c>, and its mode still <c>navigate</c>.</summary>
    [Theory]
    [InlineData("passes-on.js")]
    [InlineData("leaves-login.js")]
    public async Task Every_login_works(string worker)
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        await ada.Page.EvaluateAsync("""
            async (worker) => {
              const controlled = new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
              await navigator.serviceWorker.register(worker);
              await controlled;
            }
            """, worker);

        await ada.LogInAsync(withheld: "postal code");
        await AssertCameThroughWorkerAsync(ada.Page);

        await ada.Button("Ask for postal code").ClickAsync();
        await ada.ConsentAsync();
        await Assertions.Expect(ada.Region("Profile")).ToContainTextAsync("98109-5210");

        await ada.Button("Log out").ClickAsync();
        await ada.SignInButton.ClickAsync(); // Amazon still knows who it is
        await Assertions.Expect(ada.Heading("Hello")).ToBeVisibleAsync();
        await AssertCameThroughWorkerAsync(ada.Page);

        await sandbox.ApproveByItselfAsync("kim");
        var tab = await ada.Context.NewPageAsync();
        await tab.GotoAsync(sandbox.At("/login?returnUrl=%2F%3Ftab%3D2").ToString());
        await Assertions.Expect(tab.GetByRole(AriaRole.Heading, new() { Name = "Hello, Kim" })).ToBeVisibleAsync();
        Assert.Equal(sandbox.At("/?tab=2").ToString(), tab.Url);
        await AssertCameThroughWorkerAsync(tab);
    }

    private static async Task AssertCameThroughWorkerAsync(IPage page) =>
        Assert.True(await page.EvaluateAsync<bool>("navigator.serviceWorker.controller !== null && performance.getEntriesByType('navigation')[0].workerStart > 0"));
}
