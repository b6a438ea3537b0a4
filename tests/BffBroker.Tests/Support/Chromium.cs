using System.Diagnostics;

namespace BffBroker.Tests.Support;

/// <summary>A real browser, as far as the page that it makes of a URL goes.</summary>
internal static class Chromium
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    /// <summary>The document after it was loaded and its scripts have run.</summary>
    public static async Task<string> LoadAsync(Uri url, params string[] switches)
    {
        using var profile = new TemporaryFolder();
        var start = new ProcessStartInfo(
            Programs.Require("chromium", "a real browser"),
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", $"--user-data-dir={profile.Path}", .. switches, "--dump-dom", url.ToString(),
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var chromium = Programs.Start(start);
        try
        {
            chromium.ErrorDataReceived += (_, _) => { };
            chromium.BeginErrorReadLine();
            return await chromium.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Longest);
        }
        finally
        {
            Programs.End(chromium);
        }
    }
}
