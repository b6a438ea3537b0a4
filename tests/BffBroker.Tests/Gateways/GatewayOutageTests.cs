using System.Net;
using BffBroker.Endpoints;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BffBroker.Tests.Gateways;

/// <summary>Where the broker cannot decide nobody passes, nobody is logged out, and all is well again by itself.</summary>
public sealed class GatewayOutageTests(RedisServer redis)
{
    [Fact]
    public async Task With_Redis_down_not_a_byte_of_the_application_comes_and_back_again_it_does()
    {
        using var own = await OwnRedis.StartAsync();
        await using var site = await ProtectedSite.StartAsync(own.ConnectionString);
        var browsers = await LogInAsync(site);
        own.Kill();

        foreach (var browser in browsers)
        {
            await AssertUnavailableAsync(site, browser, "/me");
        }

        await own.RunAsync();
        await Task.WhenAll(browsers.Select(AreBackAsync));
    }

    [Fact]
    public async Task With_the_broker_down_not_a_byte_of_the_application_comes_and_back_again_it_does()
    {
        await using var site = await ProtectedSite.StartAsync(redis.ConnectionString);
        var browsers = await LogInAsync(site);
        site.Broker.Kill();

        foreach (var browser in browsers)
        {
            await AssertUnavailableAsync(site, browser, "/me");
        }

        await site.Broker.DisposeAsync();
        await site.StartBrokerAsync();
        await Task.WhenAll(browsers.Select(AreBackAsync));
    }

    [Fact, Trait("kind", "soak")]
    public async Task A_broker_that_hangs_is_waited_for_in_vain_and_not_for_long()
    {
        await using var site = await ProtectedSite.StartAsync(redis.ConnectionString);
        var browsers = await LogInAsync(site);
        Signals.Stop(site.Broker.Process);

        await Task.WhenAll(browsers.Select(browser => AssertUnavailableAsync(site, browser)));

        Signals.Continue(site.Broker.Process);
        await Task.WhenAll(browsers.Select(AreBackAsync));
    }

    /// <summary>nginx asks twice: may it pass, and what to say if not. In between the answer may become another one.</summary>
    [Theory]
    [InlineData(401, 401)]
    [InlineData(403, 403)]
    [InlineData(503, 503)]
    [InlineData(500, 503)]
    public async Task A_no_stays_a_no_when_the_broker_changes_its_mind(int check, int status)
    {
        await using var broker = await UpstreamServer.StartAsync();
        broker.Answer = http => AnswerAsync(http, check);
        using var folder = new TemporaryFolder();
        await using var gateway = await RunningGateway.StartAsync(GatewayProgram.Nginx, new(broker.Url.Authority, "127.0.0.1:1", folder.Path));

        var answer = await RawRequest.GetAsync(gateway.Url, "/service/x", "Cookie: __Host-bff=x");

        Assert.Equal(status, answer.Status);
        Assert.DoesNotContain("X-Auth-Request", answer.Text, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<IReadOnlyList<Browser>> LogInAsync(ProtectedSite site)
    {
        var browsers = new List<Browser>();
        foreach (var program in Enum.GetValues<GatewayProgram>())
        {
            browsers.Add(await site.LogInAsync(program));
            Assert.Equal(HttpStatusCode.OK, (await browsers[^1].FetchAsync(HttpMethod.Get, World.At("/service/x"))).StatusCode);
        }

        return browsers;
    }

    private static async Task AssertUnavailableAsync(ProtectedSite site, Browser browser, params string[] more)
    {
        var before = site.Service.Requests.Count;
        foreach (var path in new[] { "/service/x", "/members/page.html" }.Concat(more))
        {
            using var answer = await browser.FetchAsync(HttpMethod.Get, World.At(path));
            await answer.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.Empty(answer.SetCookies());
        }

        Assert.Equal(before, site.Service.Requests.Count);
    }

    private static Task AreBackAsync(Browser browser) => Wait.UntilAsync(
        async () =>
        {
            using var answer = await browser.FetchAsync(HttpMethod.Get, World.At("/service/x"));
            Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable });
            return answer.StatusCode == HttpStatusCode.OK;
        },
        "the application to be served again");

    // No, and to the next question yes, unless that comes without cookies.
    private static Task AnswerAsync(HttpContext http, int check)
    {
        (http.Response.StatusCode, var isYes) = (http.Request.Path.Value, http.Request.Headers.Cookie.Count) switch
        {
            ("/auth/nginx", _) => (check, false),
            (_, 0) => (StatusCodes.Status401Unauthorized, false),
            _ => (StatusCodes.Status200OK, true),
        };
        if (isYes)
        {
            http.Response.Headers[IdentityHeaders.User] = "somebody";
            http.Response.Headers[IdentityHeaders.AccessToken] = "Atza|token";
        }

        return Task.CompletedTask;
    }
}
