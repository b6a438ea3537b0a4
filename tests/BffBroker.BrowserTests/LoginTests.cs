using System.Text.Json;
using BffBroker.BrowserTests.Support;
using BffBroker.Tests.Support;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests;

/// <summary>What people do to a login: many tabs, impatient clicks, back, reload, bookmarks.</summary>
public sealed class LoginTests(RealBrowser browser)
{
    [Fact]
    public async Task Twenty_tabs_log_in_at_once_and_end_in_one_session()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await sandbox.ApproveByItselfAsync("ada");
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        var tabs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ada.Context.NewPageAsync()));

        await Task.WhenAll(tabs.Select((tab, i) => tab.GotoAsync(sandbox.At($"/login?returnUrl=%2F%3Ftab%3D{i}").ToString())));

        foreach (var (i, tab) in tabs.Index())
        {
            await Assertions.Expect(tab).ToHaveURLAsync(sandbox.At($"/?tab={i}").ToString());
        }

        Assert.Equal(["__Host-bff", "__Host-bff-login"], (await ada.CookiesAsync()).Select(cookie => cookie.Name).Order());
        var sessions = await Task.WhenAll(tabs.Select(tab => tab.EvaluateAsync<string>("async () => (await fetch('/session')).text()")));
        Assert.Single(sessions.Distinct());
        Assert.Contains("Ada Example", sessions[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_double_click_is_one_login()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);

        await ada.SignInButton.DblClickAsync();
        await ada.SignInAtAmazonAsync();
        await ada.Button("Approve").DblClickAsync();

        await Assertions.Expect(ada.Heading("Hello")).ToBeVisibleAsync();
        await ada.OpenAsync("/");
        await Assertions.Expect(ada.Heading("Hello")).ToBeVisibleAsync();
        Assert.Equal(1, await SessionsAsync(ada));
    }

    [Fact]
    public async Task A_callback_that_is_loaded_again_leaves_the_session_as_it_is()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        var callback = NextCallbackAsync(ada);
        await ada.LogInAsync();
        var (session, calls) = (await ada.FetchAsync("/session"), await sandbox.CallsAsync());

        await ada.Page.GotoAsync(await callback);

        Assert.Equal(sandbox.Url.ToString(), ada.Page.Url);
        await Assertions.Expect(ada.Heading("Hello")).ToBeVisibleAsync();
        Assert.Equal(session, await ada.FetchAsync("/session"));
        Assert.Equal(calls + 1, await sandbox.CallsAsync()); // the profile of the page that was loaded anew
    }

    [Fact]
    public async Task A_bookmarked_callback_offers_another_login_which_works()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        var callback = NextCallbackAsync(ada);
        await ada.LogInAsync();
        await ada.Button("Log out").ClickAsync();
        await Assertions.Expect(ada.SignInButton).ToBeVisibleAsync();

        var answer = await ada.Page.GotoAsync(await callback);
        Assert.Equal(400, answer!.Status);
        await ada.Page.GetByRole(AriaRole.Link, new() { Name = "Log in" }).ClickAsync();

        await Assertions.Expect(ada.Heading("Hello")).ToBeVisibleAsync();
        Assert.Equal(sandbox.Url.ToString(), ada.Page.Url);
    }

    [Fact]
    public async Task Back_and_forward_show_who_is_signed_in_now()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        await ada.LogInAsync();

        await ada.Page.EvaluateAsync("void setTimeout(() => history.go(2 - history.length))"); // past Amazon's pages, to the one before the login
        await Assertions.Expect(ada.Heading("Hello")).ToBeVisibleAsync();

        await ada.Button("Log out").ClickAsync();
        await Assertions.Expect(ada.SignInButton).ToBeVisibleAsync();
        await ada.Page.EvaluateAsync("void setTimeout(() => history.go(history.length - 2))");
        await Assertions.Expect(ada.SignInButton).ToBeVisibleAsync();
        await Assertions.Expect(ada.Page.Locator("body")).Not.ToContainTextAsync("ada@example.com");
    }

    [Fact]
    public async Task Who_declines_at_Amazon_comes_back_and_is_told_once()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);

        await ada.SignInButton.ClickAsync();
        await ada.Button("Cancel").ClickAsync();

        await Assertions.Expect(ada.Page.GetByText("You were not signed in")).ToBeVisibleAsync();
        Assert.Equal(sandbox.Url.ToString(), ada.Page.Url);
        await ada.Page.ReloadAsync();
        await Assertions.Expect(ada.SignInButton).ToBeVisibleAsync();
        await Assertions.Expect(ada.Page.GetByText("You were not signed in")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task An_in_app_browser_of_Android_which_names_its_app_with_every_request_can_log_in()
    {
        const string header = "X-Requested-With", app = "com.facebook.katana";
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox, new()
        {
            UserAgent = "Mozilla/5.0 (Linux; Android 15; Pixel 9; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/141.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/530.0.0.48.74;]",
            ExtraHTTPHeaders = new Dictionary<string, string> { [header] = app },
        });
        var (login, callback) = (ada.Page.WaitForRequestAsync("**/login?*"), ada.Page.WaitForRequestAsync("**/callback?*"));

        await ada.LogInAsync();

        foreach (var pageLoad in new[] { await login, await callback })
        {
            Assert.Equal(app, await pageLoad.HeaderValueAsync(header));
            Assert.Equal("navigate", await pageLoad.HeaderValueAsync("Sec-Fetch-Mode"));
        }
    }

    /// <summary>The URL, with its code and state, that the next login comes back to.</summary>
    private static async Task<string> NextCallbackAsync(Visitor visitor) => (await visitor.Page.WaitForRequestAsync("**/callback?*")).Url;

    private static async Task<int> SessionsAsync(Visitor visitor) =>
        JsonDocument.Parse(await visitor.FetchAsync("/sessions")).RootElement.GetProperty("sessions").GetArrayLength();
}
