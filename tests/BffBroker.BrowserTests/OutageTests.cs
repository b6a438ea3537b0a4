using BffBroker.BrowserTests.Support;
using BffBroker.Tests.Support;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests;

/// <summary>What a user sees while something is out of reach: nobody is logged out, and all goes on by itself.</summary>
public sealed class OutageTests(RealBrowser browser)
{
    [Fact]
    public async Task A_503_is_tried_again_and_the_user_sees_no_error()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        await ada.LogInAsync();

        await sandbox.BreakAsync("profile", "serverError");
        var refused = ada.Page.WaitForResponseAsync(response => response.Status == 503);
        await ada.Button("Call /me").ClickAsync();
        await refused;
        await sandbox.MendAsync();

        await Assertions.Expect(ada.Region("What the broker did for you")).ToContainTextAsync("tried again");
        await Assertions.Expect(ada.Alert).ToBeHiddenAsync();
    }

    [Fact]
    public async Task While_Amazon_is_out_of_reach_the_user_stays_signed_in_and_can_try_again()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        await ada.LogInAsync();

        await sandbox.BreakAsync("profile", "serverError");
        await ada.Button("Call /me").ClickAsync();
        await Assertions.Expect(ada.Alert).ToContainTextAsync("You are still signed in");
        await Assertions.Expect(ada.Region("Profile")).ToContainTextAsync("ada@example.com");

        await sandbox.MendAsync();
        await ada.Button("Try again").ClickAsync();
        await Assertions.Expect(ada.Alert).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Offline_the_page_says_so_and_goes_on_by_itself()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        await ada.LogInAsync();

        await ada.Context.SetOfflineAsync(true);
        await Assertions.Expect(ada.Alert).ToContainTextAsync("You are offline");
        await ada.Context.SetOfflineAsync(false);

        await Assertions.Expect(ada.Alert).ToBeHiddenAsync();
        await Assertions.Expect(ada.Heading("Hello")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_logout_that_does_not_get_through_says_so_and_can_be_tried_again()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        await ada.LogInAsync();

        await ada.Context.SetOfflineAsync(true);
        await Assertions.Expect(ada.Alert).ToContainTextAsync("You are offline");
        await ada.Button("Log out").ClickAsync();
        await Assertions.Expect(ada.Alert).ToContainTextAsync("did not get through");
        await Assertions.Expect(ada.Button("Try again")).ToBeVisibleAsync();

        await ada.Context.SetOfflineAsync(false);
        await ada.Button("Log out").ClickAsync();
        await Assertions.Expect(ada.SignInButton).ToBeVisibleAsync();
    }

    [Fact]
    public async Task While_Redis_is_away_nobody_seems_signed_out_and_afterwards_it_is_the_same_session()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var sandbox = await SandboxServer.StartProcessAsync(redis: redis.ConnectionString);
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        await ada.LogInAsync();
        var (session, cookies) = (await ada.FetchAsync("/session"), await ada.CookiesAsync());

        redis.Kill();
        await ada.ReturnToTabAsync();
        await Assertions.Expect(ada.Alert).ToContainTextAsync("You are still signed in");
        await Assertions.Expect(ada.Heading("Hello")).ToBeVisibleAsync();
        await ada.Page.ReloadAsync();
        await Assertions.Expect(ada.Alert).ToContainTextAsync("Temporarily unavailable");
        await Assertions.Expect(ada.SignInButton).ToBeHiddenAsync(); // nobody knows whether it is needed
        await redis.RunAsync();
        await Wait.UntilAsync(async () => await ada.FetchAsync("/session") == session, "Redis to be back");
        await ada.Button("Try again").ClickAsync();

        await Assertions.Expect(ada.Heading("Hello")).ToBeVisibleAsync();
        Assert.Equal(cookies.Select(cookie => cookie.Value), (await ada.CookiesAsync()).Select(cookie => cookie.Value));
    }

    [Fact]
    public async Task A_login_that_comes_back_while_Redis_is_away_is_finished_by_trying_again()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var sandbox = await SandboxServer.StartProcessAsync(redis: redis.ConnectionString);
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        await ada.SignInButton.ClickAsync();
        await ada.SignInAtAmazonAsync();

        redis.Kill();
        await ada.ConsentAsync();
        await Assertions.Expect(ada.Page.GetByRole(AriaRole.Link, new() { Name = "Try again" })).ToBeVisibleAsync();
        await redis.RunAsync();
        await Wait.UntilAsync(async () => (await ada.Page.ReloadAsync())!.Ok, "Redis to be back");

        await Assertions.Expect(ada.Heading("Hello")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_session_that_was_ended_shows_a_way_back_in_and_nothing_of_the_user()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        await ada.LogInAsync();

        await ada.Context.ClearCookiesAsync();
        await ada.ReturnToTabAsync();

        await Assertions.Expect(ada.Alert).ToContainTextAsync("Your session has ended");
        await Visitor.ExpectNothingOfAnybodyAsync(ada.Page);
    }
}
