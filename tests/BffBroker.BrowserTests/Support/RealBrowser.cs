using BffBroker.Tests.Support;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(BffBroker.BrowserTests.Support.RealBrowser))]

namespace BffBroker.BrowserTests.Support;

/// <summary>The Chromium of this machine, for all tests. Without one they are skipped on a laptop, and fail in CI.</summary>
public sealed class RealBrowser : IAsyncLifetime
{
    // Every host of this reserved domain leads to this machine, whatever a name server says: sites beside ours, and others' sites.
    private static readonly string[] Switches =
    [
        "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage", "--host-resolver-rules=MAP *.example 127.0.0.1",
    ];

    // Of a single step, in milliseconds: the machine may be busy with others.
    private const float Patience = 60_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Programs.Find("chromium") is not { } chromium)
        {
            return;
        }

        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, ChromiumSandbox = false, Args = Switches });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>Skips the test, or fails it in CI, when there is no Chromium.</summary>
    internal static void Require() => Programs.Require("chromium", "a real browser");

    /// <summary>Another person at another machine: no cookie, no cache, no storage of anybody else.</summary>
    internal async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions options)
    {
        options.IgnoreHTTPSErrors = true; // the certificate is thrown away with its sandbox
        options.Locale ??= "en-GB";
        var context = await _browser!.NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        return context;
    }
}
