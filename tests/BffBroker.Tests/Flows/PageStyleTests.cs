using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Flows;

/// <summary><c>GET /login/pages.css</c>: the same for everybody, whatever else is wrong.</summary>
public sealed class PageStyleTests
{
    private const string Sheet = "/login/pages.css";

    [Fact]
    public async Task The_style_sheet_is_small_and_loads_nothing()
    {
        await using var world = await World.StartAsync();

        var answer = await world.GetAsync(Sheet);

        Assert.Equal((HttpStatusCode.OK, "text/css; charset=utf-8"), (answer.StatusCode, answer.Content.Headers.ContentType?.ToString()));
        var css = await answer.TextAsync();
        Assert.InRange(css.Length, 500, 8_000);
        Assert.DoesNotContain("url(", css, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", css, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A style sheet that another site loads tells it nothing; one that is refused would leave a page bare.</summary>
    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Cookie", "__Host-bff=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA; __Host-bff-login=x")]
    public async Task The_style_sheet_asks_neither_who_wants_it_nor_Redis_nor_the_rate_limit(string header, string value)
    {
        await using var world = await World.StartAsync([("RateLimit:LoginsPerMinute", "1"), .. World.NoRedis]);

        for (var i = 0; i < 3; i++)
        {
            var answer = await world.Browser.SendAsync(HttpMethod.Get, World.At(Sheet), headers: [(header, value)]);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Empty(answer.SetCookies());
            Assert.DoesNotContain(answer.Headers, sent => sent.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("OPTIONS")]
    public async Task The_style_sheet_takes_GET_and_no_other_method(string method)
    {
        await using var world = await World.StartAsync();

        var answer = await world.Browser.SendAsync(new(method), World.At(Sheet));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }
}
