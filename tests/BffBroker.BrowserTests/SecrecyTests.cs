using BffBroker.BrowserTests.Support;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests;

/// <summary>No token ever reaches the browser: all that it was sent, sent, kept and remembers, searched.</summary>
public sealed class SecrecyTests(RealBrowser browser)
{
    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task No_token_is_in_any_answer_URL_storage_or_history_of_a_whole_tour(string scheme)
    {
        await using var sandbox = await SandboxServer.StartAsync(scheme);
        await sandbox.SetAsync(new { tokenLifetime = 2 });
        using var recording = new Recording();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox, recording.Options);
        var console = new List<string>();
        ada.Page.Console += (_, message) => console.Add(message.Text);

        await ada.LogInAsync(withheld: "postal code");
        await ada.Button("Ask for postal code").ClickAsync();
        await ada.ConsentAsync();
        await Assertions.Expect(ada.Region("Profile")).ToContainTextAsync("98109-5210");
        await sandbox.BreakAsync("profile", "serverError");
        await ada.FetchAsync("/me");
        await sandbox.BreakAsync("token:refresh_token", "serverError");
        await ada.FetchAsync("/me");
        await sandbox.MendAsync();
        foreach (var path in new[] { "/session", "/sessions", "/auth/nginx", "/auth/forward", "/callback?code=12345678901234567890&state=x", "/login", "/api/orders" })
        {
            await ada.FetchAsync(path);
        }

        var cookies = await ada.CookiesAsync();
        Assert.Equal(BrowserState.Empty, await BrowserState.StorageOfAsync(ada.Page));
        var shown = string.Join('\n', [.. await BrowserState.HistoryOfAsync(ada.Page), .. console, await ada.Page.ContentAsync()]);
        var kept = await ada.Context.StorageStateAsync(new() { IndexedDB = true }); // the cookies, too
        await ada.Button("Log out everywhere").ClickAsync();
        await Assertions.Expect(ada.SignInButton).ToBeVisibleAsync();
        await ada.Context.CloseAsync();
        var sent = await recording.ReadAsync();

        Assert.DoesNotMatch(Recording.Secret, shown);
        Assert.DoesNotMatch(Recording.Secret, kept);
        Assert.DoesNotMatch(Recording.Secret, sent);
        Assert.Contains("98109-5210", sent, StringComparison.Ordinal); // so bodies are in it
        var session = cookies.Single(cookie => cookie.Name == "__Host-bff").Value;
        Assert.Contains(session, sent, StringComparison.Ordinal); // and headers
        Assert.DoesNotContain(session, shown, StringComparison.Ordinal);
    }
}
