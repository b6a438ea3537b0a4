using System.Net;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Flows;

public sealed class CallbackTests
{
    private const string Code = "code=ANabcdefghijklmnopqr";

    [Fact]
    public async Task A_state_works_once()
    {
        await using var world = await World.StartAsync();
        var callback = await world.LogInUpToCallbackAsync("/login?returnUrl=%2Fx");
        await world.Browser.OpenAsync(callback);
        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", null);

        await AssertRefusedAsync(world, callback, "invalid_state", exchanges: 1);
    }

    [Fact]
    public async Task A_used_state_sends_whoever_is_logged_in_to_its_return_URL_and_changes_nothing()
    {
        await using var world = await World.StartAsync();
        var callback = await world.LogInUpToCallbackAsync("/login?returnUrl=%2Fx");
        await world.Browser.OpenAsync(callback);

        var again = await world.Browser.OpenAsync(callback);

        Assert.Equal("/x", again.Headers.Location?.OriginalString);
        Assert.Empty(again.SetCookies());
        Assert.Equal(1, world.Amazon.CodeExchanges);
        await world.AssertLoggedInAsync();
    }

    [Fact]
    public async Task A_state_of_another_browser_is_refused()
    {
        await using var world = await World.StartAsync();
        var callback = await world.LogInUpToCallbackAsync();
        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff-login", new string('A', 43));

        await AssertRefusedAsync(world, callback, "invalid_state", exchanges: 0);
    }

    [Fact]
    public async Task A_callback_without_the_login_cookie_is_refused()
    {
        await using var world = await World.StartAsync();
        var callback = await world.LogInUpToCallbackAsync();
        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff-login", null);

        await AssertRefusedAsync(world, callback, "invalid_state", exchanges: 0);
    }

    [Fact]
    public async Task Two_login_cookies_count_as_none()
    {
        await using var world = await World.StartAsync();
        var callback = await world.LogInUpToCallbackAsync();
        var cookie = $"__Host-bff-login={world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff-login")}";

        var response = await world.Browser.SendAsync(HttpMethod.Get, callback, headers: [("Cookie", $"{cookie}; {cookie}")]);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(0, world.Amazon.CodeExchanges);
    }

    [Fact]
    public async Task A_forged_state_is_refused_even_on_a_live_session()
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();

        await AssertRefusedAsync(world, World.At($"/callback?{Code}&state=CfDJ8forged"), "invalid_state", exchanges: 1);
        await AssertRefusedAsync(world, World.At($"/callback?{Code}"), "invalid_state", exchanges: 1);
    }

    public static TheoryData<string> Malformed =>
    [
        "", "&code=ANabcdefghijklmnopqr&error=access_denied", "&code=short", "&code=%C3%A9bcdefghijklmnopqr", "&code=", "&error=", $"&code={new string('a', 129)}",
        "&code=ANabcdefghijklmnopqr&code=ANabcdefghijklmnopqr", "&code=ANabcdefghijklmnopqr&scope=a&scope=b", "&error=access_denied&error_description=a&error_description=b",
    ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_malformed_callback_is_refused_and_its_state_stays_good(string rest)
    {
        await using var world = await World.StartAsync();
        var callback = await world.LogInUpToCallbackAsync("/login?returnUrl=%2Fx");

        await AssertRefusedAsync(world, World.At($"/callback?state={callback.State()}{rest}"), "invalid_request", exchanges: 0);

        Assert.Equal("/x", (await world.Browser.OpenAsync(callback)).Headers.Location?.OriginalString);
        await world.AssertLoggedInAsync();
    }

    [Fact]
    public async Task The_page_leads_to_a_new_login_with_the_return_URL_percent_encoded()
    {
        await using var world = await World.StartAsync();
        var callback = await world.LogInUpToCallbackAsync("/login?returnUrl=%2Fx%3Fa%3D%22%3E%3Cscript%3E");
        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff-login", null);

        var page = await world.Browser.OpenAsync(callback);

        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains("""href="http://localhost:8080/login?returnUrl=%2Fx%3Fa%3D%22%3E%3Cscript%3E""", await page.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_login_leads_to_its_return_URL_where_the_browser_is_logged_in_by_then()
    {
        await using var world = await World.StartAsync();
        var callback = await world.LogInUpToCallbackAsync("/login?returnUrl=%2Fx");
        world.Clock.Advance(TimeSpan.FromMinutes(11));
        await AssertRefusedAsync(world, callback, "invalid_state", exchanges: 0);

        await world.LogInAsync();
        var back = await world.Browser.OpenAsync(callback);

        Assert.Equal((HttpStatusCode.Found, "/x"), (back.StatusCode, back.Headers.Location?.OriginalString));
        Assert.Equal(1, world.Amazon.CodeExchanges);
        await world.AssertLoggedInAsync();
    }

    /// <summary>As a holder of the key ring could make it, or a node that is configured otherwise.</summary>
    [Fact]
    public async Task A_sealed_return_URL_that_is_not_allowed_counts_as_the_root()
    {
        await using var world = await World.StartAsync();
        var states = world.Broker.Services.GetRequiredService<LoginStates>();
        var loginKey = CookieSecret.Create();
        var elsewhere = ReturnUrl.Parse("https://evil.example/x", ["https://evil.example"])!;
        var callback = World.At($"/callback?error=access_denied&state={await states.SealAsync(states.Begin(elsewhere, Scopes.None, loginKey))}");

        var page = await world.Browser.OpenAsync(callback);
        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff-login", loginKey.Encode());
        var denied = await world.Browser.OpenAsync(callback);

        Assert.DoesNotContain("evil", await page.TextAsync(), StringComparison.Ordinal);
        Assert.Equal("/?login_error=access_denied", denied.Headers.Location?.OriginalString);
    }

    private static async Task AssertRefusedAsync(World world, Uri callback, string code, int exchanges)
    {
        var page = await world.Browser.OpenAsync(callback);
        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Empty(page.SetCookies());

        var json = await world.Browser.SendAsync(HttpMethod.Get, callback, headers: [("Accept", "application/json")]);
        await json.AssertProblemAsync(HttpStatusCode.BadRequest, code);
        Assert.Equal(exchanges, world.Amazon.CodeExchanges);
    }
}
