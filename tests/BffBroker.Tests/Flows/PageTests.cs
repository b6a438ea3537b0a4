using System.Net;
using System.Text.RegularExpressions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Flows;

/// <summary>What people see of the broker itself: a few words, one way on, and one style sheet.</summary>
public sealed partial class PageTests
{
    private static readonly (string, string) OneLogin = ("RateLimit:LoginsPerMinute", "1");

    public static TheoryData<string, HttpStatusCode, string, string> Pages => new()
    {
        { "invalid_state", HttpStatusCode.BadRequest, "This login cannot be finished", "Log in" },
        { "invalid_request", HttpStatusCode.BadRequest, "This address cannot be used", "Log in" },
        { "login_required", HttpStatusCode.Unauthorized, "You are not logged in", "Log in" },
        { "host_mismatch", HttpStatusCode.BadRequest, "This login cannot begin", "Try again" },
        { "rate_limited", HttpStatusCode.TooManyRequests, "Too many attempts", "Try again" },
        { "temporarily_unavailable", HttpStatusCode.ServiceUnavailable, "Please wait a moment", "Try again" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_says_what_happened_and_offers_one_way_on(string code, HttpStatusCode status, string heading, string link)
    {
        await using var world = await StartAsync(code);

        var page = await OpenAsync(world, code, "");

        Assert.Equal((status, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        var html = await page.TextAsync();
        Assert.Equal(heading, Assert.Single(Heading().Matches(html)).Groups[1].Value);
        Assert.Contains($"<title>{heading}</title>", html, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"en\">", html, StringComparison.Ordinal);
        var way = Assert.Single(Link().Matches(html));
        Assert.Equal((link, link == "Log in"), (way.Groups[2].Value, way.Groups[1].Value.StartsWith("http://localhost:8080/login", StringComparison.Ordinal)));
        Assert.True(link == "Log in" || way.Groups[1].Value.Length == 0, "the page's own address, which is not in the page");
        Assert.DoesNotMatch(Scripted(), html);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_asks_for_the_style_sheet_where_the_browser_finds_it(string code, HttpStatusCode status, string heading, string link)
    {
        await using var world = await StartAsync(code, ("Broker:PublicUrl", "http://localhost:8080/bff"));

        var page = await OpenAsync(world, code, "/bff");

        Assert.Equal(status, page.StatusCode);
        var html = await page.TextAsync();
        Assert.Contains($"<h1>{heading}</h1>", html, StringComparison.Ordinal);
        Assert.Contains(link, html, StringComparison.Ordinal);
        Assert.Equal("/bff/login/pages.css", Assert.Single(StyleSheet().Matches(html)).Groups[1].Value);
        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync("/bff/login/pages.css")).StatusCode);
    }

    [Fact]
    public async Task Only_a_page_that_looks_again_says_so()
    {
        await using var world = await World.StartAsync();
        var callback = await world.LogInUpToCallbackAsync();
        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff-login", null);

        foreach (var (url, looksAgain) in new[] { (callback, true), (World.At("/callback"), false) })
        {
            var html = await (await world.Browser.OpenAsync(url)).TextAsync();

            Assert.Equal((looksAgain, looksAgain), (html.Contains("http-equiv=\"refresh\"", StringComparison.Ordinal), html.Contains("looks again by itself", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_proxy_s_owner_is_told_what_to_change()
    {
        await using var world = await StartAsync("host_mismatch");

        var html = await (await OpenAsync(world, "host_mismatch", "")).TextAsync();

        Assert.Contains("Requests to http://localhost:8080 reach the broker with another Host header", html, StringComparison.Ordinal);
        Assert.Contains("Broker:PublicUrl", html, StringComparison.Ordinal);
    }

    private static Task<World> StartAsync(string code, params (string, string)[] settings) => World.StartAsync(code switch
    {
        "rate_limited" => [OneLogin, .. settings],
        "temporarily_unavailable" => [.. World.NoRedis, .. settings],
        _ => settings,
    });

    private static async Task<HttpResponseMessage> OpenAsync(World world, string code, string pathBase)
    {
        switch (code)
        {
            case "host_mismatch":
                world.Browser.Route("127.0.0.1:8080", world.Broker.Url);
                return await world.Browser.OpenAsync(new($"http://127.0.0.1:8080{pathBase}/login?canonical=1"));
            case "login_required":
                return await world.Browser.OpenAsync(World.At(pathBase + "/login?login_error=access_denied"));
            case "invalid_request":
                return await world.Browser.OpenAsync(new(await LogInUpToCallbackAsync(world, pathBase) + "&code=a"));
            case "temporarily_unavailable":
                await using (var other = await World.StartAsync(("Broker:PublicUrl", "http://localhost:8080" + pathBase)))
                {
                    return await world.Browser.OpenAsync(await LogInUpToCallbackAsync(other, pathBase));
                }

            case "rate_limited":
                await world.Browser.OpenAsync(World.At(pathBase + "/login"));
                return await world.Browser.OpenAsync(World.At(pathBase + "/login"));
            default:
                return await world.Browser.OpenAsync(World.At(pathBase + "/callback"));
        }
    }

    private static Task<Uri> LogInUpToCallbackAsync(World world, string pathBase)
    {
        world.Amazon.Simulator.Clients.All[0].AddRedirectUri(World.At(pathBase + "/callback").ToString());
        return world.LogInUpToCallbackAsync(pathBase + "/login");
    }

    [GeneratedRegex("<h1>([^<]*)</h1>")]
    private static partial Regex Heading();

    [GeneratedRegex("<a href=\"([^\"]*)\">([^<]*)</a>")]
    private static partial Regex Link();

    [GeneratedRegex("<link rel=\"stylesheet\" href=\"([^\"]*)\">")]
    private static partial Regex StyleSheet();

    [GeneratedRegex("<script|<style|style=|[ ]on[a-z]+=|javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex Scripted();
}
