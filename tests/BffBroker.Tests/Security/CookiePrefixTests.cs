using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>
/// A sibling host cannot set a cookie whose name begins with <c>__Host-</c>; the browser sees to that, as far as it sees the prefix. So what the
/// browser takes for another name is another name, and what it sends twice is no login.
/// </summary>
public sealed class CookiePrefixTests : IAsyncLifetime
{
    private World _world = null!;

    public static TheoryData<string> WhiteSpace => ["\u0085", "\u00a0", "\u1680", "\u2000", "\u2028", "\u202f", "\u205f", "\u3000"];

    public async ValueTask InitializeAsync() => _world = await World.StartAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [MemberData(nameof(WhiteSpace))]
    public async Task A_session_cookie_behind_a_white_space_that_hides_its_prefix_is_none(string space)
    {
        await _world.LogInAsync();
        var key = _world.SessionKey.Encode();

        Assert.Equal("""{"authenticated":false}""", await SessionAsync($"{space}__Host-bff={key}"));
        Assert.Equal("""{"authenticated":false}""", await SessionAsync($"a=b; {space}__Host-bff={key}"));
        Assert.Equal("""{"authenticated":false}""", await SessionAsync($"__Host-bff{space}={key}"));
        Assert.StartsWith("""{"authenticated":true""", await SessionAsync($"a=b; __Host-bff={key}; {space}__Host-bff=x"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WhiteSpace))]
    public async Task A_login_cookie_behind_a_white_space_that_hides_its_prefix_is_none(string space)
    {
        var callback = await _world.LogInUpToCallbackAsync();
        var key = _world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff-login");
        _world.Amazon.Simulator.Calls.Clear();

        using var attacked = _world.NewBrowser();
        var response = await attacked.SendAsync(HttpMethod.Get, callback, headers: [("Cookie", $"{space}__Host-bff-login={key}")]);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(_world.Amazon.Simulator.Calls.All);
    }

    [Fact]
    public async Task A_logout_ends_the_session_of_each_cookie_that_came()
    {
        await _world.LogInAsync();
        using var second = _world.NewBrowser();
        await second.VisitAsync(World.At("/login"));
        var (own, tossed) = (_world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"), second.Cookie(BrokerServer.PublicUrl, "__Host-bff"));

        using var browser = _world.NewBrowser();
        var response = await browser.SendAsync(
            HttpMethod.Post, World.At("/logout"), headers: [("Sec-Fetch-Site", "same-origin"), ("Cookie", $"__Host-bff=x; __Host-bff={tossed}; __Host-bff={own}")]);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        await _world.AssertLoggedOutAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await second.FetchAsync(HttpMethod.Get, World.At("/me"))).StatusCode);
    }

    [Fact]
    public async Task However_many_cookies_come_a_logout_asks_the_store_for_few_of_them()
    {
        await _world.LogInAsync();
        var own = _world.SessionKey.Encode();
        var many = string.Join("; ", Enumerable.Range(0, 50).Select(_ => $"__Host-bff={BffBroker.OAuth.CookieSecret.Create().Encode()}"));

        using var browser = _world.NewBrowser();
        await browser.SendAsync(HttpMethod.Post, World.At("/logout"), headers: [("Sec-Fetch-Site", "same-origin"), ("Cookie", $"{many}; __Host-bff={own}")]);

        await _world.AssertLoggedInAsync();
    }

    private async Task<string> SessionAsync(string cookie)
    {
        using var browser = _world.NewBrowser();
        return await (await browser.SendAsync(HttpMethod.Get, World.At("/session"), headers: [("Cookie", cookie)])).TextAsync();
    }
}
