using System.Text.Json;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests.Support;

/// <summary>What a browser keeps: storage of every kind, and the URLs of its history.</summary>
internal static class BrowserState
{
    private const string Storage = """
        async () => JSON.stringify({
          cookies: document.cookie,
          local: { ...localStorage },
          session: { ...sessionStorage },
          databases: await indexedDB.databases(),
          caches: await caches.keys(),
          workers: (await navigator.serviceWorker.getRegistrations()).length,
          window: { name: window.name, state: history.state },
        })
        """;

    /// <summary>What the page keeps when it keeps nothing.</summary>
    public const string Empty = """{"cookies":"","local":{},"session":{},"databases":[],"caches":[],"workers":0,"window":{"name":"","state":null}}""";

    /// <summary>Everything that scripts of this page's origin can store something in.</summary>
    public static Task<string> StorageOfAsync(IPage page) => page.EvaluateAsync<string>(Storage);

    public static async Task<IReadOnlyList<string>> HistoryOfAsync(IPage page)
    {
        var devTools = await page.Context.NewCDPSessionAsync(page);
        var history = await devTools.SendAsync("Page.getNavigationHistory");
        return [.. history!.Value.GetProperty("entries").EnumerateArray().Select(UrlOf)];
    }

    private static string UrlOf(JsonElement entry) => entry.GetProperty("url").GetString()!;
}
