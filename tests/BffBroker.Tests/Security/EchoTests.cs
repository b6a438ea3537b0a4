using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>Nothing of a request, or of Amazon's words in it, comes back in a page or a problem: so no script can.</summary>
public sealed class EchoTests
{
    private const string Mark = "xss-mark";
    private const string Policy = "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
    private static readonly string Markup = Uri.EscapeDataString($"\"'><svg onload=alert(1)>{Mark}</script><!--");

    public static TheoryData<string> Paths =>
    [
        $"/callback?state={Markup}", $"/callback?state={Markup}&code={Markup}", $"/callback?error={Markup}&error_description={Markup}&error_uri={Markup}&state=x", $"/callback?{Markup}={Markup}",
        "/callback?state=GENUINE&code=short" + Markup, $"/callback?state=GENUINE&error=a&code={Markup}", $"/login?returnUrl={Markup}", $"/login?returnUrl=//{Markup}", $"/login?scope={Markup}",
        $"/login?login_error={Markup}", $"/login?login_error=x&returnUrl=/{Markup}", $"/login?{Markup}", $"/{Markup}", $"/me?{Markup}", $"/session?x={Markup}", $"/me/{Markup}", $"/login/{Markup}",
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Nothing_of_the_request_is_in_the_answer(string path)
    {
        await using var world = await World.StartAsync();
        var state = (await world.LogInUpToCallbackAsync()).State();

        foreach (var accept in new[] { "text/html", "application/json", "application/problem+json", $"text/html;{Mark}=\"<svg>\"" })
        {
            var answer = await SendAsync(world, new(World.At("/"), path.Replace("GENUINE", state, StringComparison.Ordinal)), accept);

            await AssertHarmlessAsync(answer);
        }
    }

    [Fact]
    public async Task Nothing_of_the_request_is_in_the_page_about_a_proxy_that_rewrites_Host()
    {
        await using var world = await World.StartAsync();
        world.Browser.Route($"{Mark}.example:80", world.Broker.Url);

        var page = await SendAsync(world, new($"http://{Mark}.example/login?canonical=1&returnUrl=/{Markup}"), "text/html");

        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        await AssertHarmlessAsync(page);
    }

    [Fact]
    public async Task Nothing_of_the_request_is_in_the_page_about_a_Redis_that_is_away()
    {
        await using var world = await World.StartAsync();
        var callback = await world.LogInUpToCallbackAsync();
        await using var away = await World.StartAsync(World.NoRedis);

        var page = await SendAsync(away, new(World.At("/"), $"{callback.PathAndQuery}&error_description={Markup}"), "text/html");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        await AssertHarmlessAsync(page);
    }

    [Fact]
    public async Task A_client_s_traceparent_is_not_in_the_answer()
    {
        await using var world = await World.StartAsync();

        var response = await world.Browser.SendAsync(HttpMethod.Get, World.At("/me"), headers: [("traceparent", "00-deadbeefdeadbeefdeadbeefdeadbeef-1234567890abcdef-01")]);

        Assert.DoesNotContain("deadbeef", await response.TextAsync(), StringComparison.Ordinal);
    }

    // The mark in every header that a page might show.
    private static Task<HttpResponseMessage> SendAsync(World world, Uri url, string accept) => world.Browser.SendAsync(HttpMethod.Get, url, headers:
    [
        ("Accept", accept), ("User-Agent", $"<svg>{Mark}"), ("Referer", $"http://x/{Mark}"), ("X-Forwarded-Host", $"{Mark}.example"), ("X-Request-Id", Mark), ("traceparent", Mark),
        ("Cookie", $"{Mark}={Mark}; __Host-bff={Mark}; __Host-bff-login={Mark}"), ("Accept-Language", Mark), ("X-Original-URL", $"/{Mark}"), ("Origin", $"http://{Mark}.example"),
    ]);

    private static async Task AssertHarmlessAsync(HttpResponseMessage answer)
    {
        Assert.DoesNotContain(Mark, $"{answer.Headers}{answer.Content.Headers}{await answer.TextAsync()}", StringComparison.OrdinalIgnoreCase);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        switch (answer.Content.Headers.ContentType?.MediaType)
        {
            case "text/html":
                Assert.Equal(Policy, Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
                break;
            case "application/problem+json" or "application/json":
                break;
            case var other:
                Assert.True(other is null && (int)answer.StatusCode is >= 300 and < 400, $"{answer.StatusCode} {other}");
                break;
        }
    }
}
