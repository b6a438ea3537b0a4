using BffBroker.BrowserTests.Support;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests;

/// <summary>The whole way of a user, from the first login to the last logout.</summary>
public sealed class TourTests(RealBrowser browser)
{
    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task A_user_logs_in_gives_more_permissions_sees_the_devices_and_is_logged_out_from_another(string scheme)
    {
        await using var sandbox = await SandboxServer.StartProcessAsync(scheme);
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        await ada.LogInAsync(withheld: "postal code");
        await Assertions.Expect(ada.Region("Profile")).ToContainTextAsync("ada@example.com");
        await Assertions.Expect(ada.Region("Profile")).Not.ToContainTextAsync("98109-5210");

        await ada.Button("Ask for postal code").ClickAsync();
        await ada.ConsentAsync();
        await Assertions.Expect(ada.Region("Profile")).ToContainTextAsync("98109-5210");
        await Assertions.Expect(ada.Button("Ask for postal code")).ToBeHiddenAsync();

        await using var elsewhere = await Visitor.ArriveAsync(browser, sandbox, new() { UserAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1" });
        await elsewhere.LogInAsync();
        await ada.Page.ReloadAsync();
        await Assertions.Expect(ada.Region("Your devices").GetByRole(AriaRole.Listitem)).ToHaveCountAsync(2);
        await Assertions.Expect(ada.Region("Your devices")).ToContainTextAsync("iPhone");

        await elsewhere.Button("Log out everywhere").ClickAsync();
        await Assertions.Expect(elsewhere.SignInButton).ToBeVisibleAsync();
        await ada.ReturnToTabAsync();
        await Assertions.Expect(ada.SignInButton).ToBeVisibleAsync();
        await Visitor.ExpectNothingOfAnybodyAsync(ada.Page);
    }

    [Fact]
    public async Task A_user_ends_the_session_of_another_device()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        await ada.LogInAsync();
        await using var elsewhere = await Visitor.ArriveAsync(browser, sandbox);
        await elsewhere.LogInAsync();
        await ada.Page.ReloadAsync();

        await ada.Button("End all other sessions").ClickAsync();
        await Assertions.Expect(ada.Region("Your devices").GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);

        await elsewhere.ReturnToTabAsync();
        await Assertions.Expect(elsewhere.SignInButton).ToBeVisibleAsync();
        await ada.Button("Call /me").ClickAsync();
        await Assertions.Expect(ada.Region("What the broker did for you").GetByText("Profile fetched")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_logout_in_one_tab_clears_the_others()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        await ada.LogInAsync();
        var second = await ada.Context.NewPageAsync();
        await second.GotoAsync(sandbox.Url.ToString());
        await Assertions.Expect(second.GetByRole(AriaRole.Heading, new() { Name = "Hello" })).ToBeVisibleAsync();

        await ada.Button("Log out").ClickAsync();

        await Assertions.Expect(second.GetByRole(AriaRole.Status)).ToContainTextAsync("You logged out in another tab"); // told, not found out by asking
        await Assertions.Expect(second.GetByRole(AriaRole.Button, new() { Name = "Sign in with Amazon" })).ToBeVisibleAsync();
        await Visitor.ExpectNothingOfAnybodyAsync(second);
    }

    [Fact]
    public async Task A_refresh_shows_in_the_timeline_and_changes_no_cookie()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await sandbox.SetAsync(new { tokenLifetime = 2 });
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        await ada.LogInAsync();
        var cookies = await ada.CookiesAsync();

        await ada.KeepCallingUntilRefreshedAsync();

        Assert.Equal(cookies.Select(cookie => (cookie.Value, cookie.Expires)), (await ada.CookiesAsync()).Select(cookie => (cookie.Value, cookie.Expires)));
    }
}
