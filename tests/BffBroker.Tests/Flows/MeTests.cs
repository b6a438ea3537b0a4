using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Flows;

public sealed class MeTests
{
    private static readonly Dictionary<string, (Fault Fault, HttpStatusCode Status, string Code)> Troubles = new()
    {
        ["500 ServerError"] = (Fault.ServerError(), HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"),
        ["503 html"] = (Fault.HtmlUnavailable, HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"),
        ["500 with invalid_token in it"] = (Fault.Status(500, """{"error":"invalid_token"}""", "application/json"), HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"),
        ["429"] = (Fault.TooManyRequests(TimeSpan.FromSeconds(7)), HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"),
        ["reset"] = (Fault.Reset, HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"),
        ["slow"] = (Fault.Slow(TimeSpan.FromMinutes(1)), HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"),
        ["401 insufficient_scope"] = (Fault.InsufficientScope, HttpStatusCode.Forbidden, "insufficient_scope"),
        ["400 invalid_request"] = (Fault.OAuthError(400, "invalid_request", "x"), HttpStatusCode.BadGateway, "amazon_error"),
        ["400 empty"] = (Fault.EmptyBody(400), HttpStatusCode.BadGateway, "amazon_error"),
        ["404 xml"] = (Fault.XmlNotFound, HttpStatusCode.BadGateway, "amazon_error"),
        ["200 html"] = (Fault.Status(200, "<html></html>", "text/html"), HttpStatusCode.BadGateway, "amazon_error"),
        ["200 empty"] = (Fault.EmptyBody(200), HttpStatusCode.BadGateway, "amazon_error"),
        ["200 half"] = (Fault.HalfJson, HttpStatusCode.BadGateway, "amazon_error"),
        ["200 array"] = (Fault.Status(200, "[]", "application/json"), HttpStatusCode.BadGateway, "amazon_error"),
        ["200 two objects"] = (Fault.Status(200, "{}{}", "application/json"), HttpStatusCode.BadGateway, "amazon_error"),
        ["200 empty object"] = (Fault.Status(200, "{}", "application/json"), HttpStatusCode.BadGateway, "amazon_error"),
        ["200 error"] = (Fault.Status(200, """{"error":"invalid_token"}""", "application/json"), HttpStatusCode.BadGateway, "amazon_error"),
        ["302"] = (Fault.Redirect(), HttpStatusCode.BadGateway, "amazon_error"),
    };

    public static TheoryData<string> TroubleNames => [.. Troubles.Keys];

    [Fact]
    public async Task The_profile_comes_byte_for_byte()
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();
        const string profile = """{ "user_id" : "amzn1.account.X",  "name":"\u00e9 é", "more":[1, 2.50] }""";
        world.Amazon.Simulator.Faults.Enqueue(Operation.Profile, Fault.Status(200, profile, "application/json;charset=UTF-8"));

        var me = await world.GetAsync("/me");

        Assert.Equal(profile, await me.TextAsync());
        Assert.Equal("application/json", me.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task Without_a_session_the_answer_says_where_to_log_in_and_Amazon_is_not_asked()
    {
        await using var world = await World.StartAsync();

        var problem = await (await world.GetAsync("/me")).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");

        Assert.Equal("http://localhost:8080/login", problem.GetProperty("loginUrl").GetString());
        Assert.Empty(world.Amazon.Simulator.Calls.All);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("%00%ff")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task An_unknown_cookie_is_no_session_and_is_not_cleared(string cookie)
    {
        await using var world = await World.StartAsync();
        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", cookie);

        var response = await world.GetAsync("/me");

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        Assert.Empty(response.SetCookies());
    }

    [Theory]
    [MemberData(nameof(TroubleNames))]
    public async Task Each_trouble_with_the_profile_has_its_answer_and_costs_no_session(string trouble)
    {
        await using var world = await World.StartAsync(("Amazon:Timeout", "00:00:02"));
        await world.LogInAsync();
        var (fault, status, code) = Troubles[trouble];
        world.Amazon.Simulator.Faults.Set(Operation.Profile, fault);

        var response = await world.GetAsync("/me");

        var problem = await response.AssertProblemAsync(status, code);
        Assert.Equal(status == HttpStatusCode.ServiceUnavailable, response.Headers.RetryAfter is not null);
        Assert.Equal(trouble == "429", response.Headers.RetryAfter?.ToString() == "7");
        Assert.Equal(status == HttpStatusCode.Forbidden, problem.TryGetProperty("loginUrl", out var loginUrl) && loginUrl.GetString() == "http://localhost:8080/login?scope=profile");
        Assert.Empty(response.SetCookies());
        Assert.Equal(0, world.Amazon.Refreshes);
        world.Amazon.Simulator.Faults.Clear();
        await world.AssertLoggedInAsync();
    }

    [Fact]
    public async Task Each_user_sees_their_own_profile()
    {
        await using var world = await World.StartAsync();
        var browsers = new List<(Browser Browser, string Name)>();
        foreach (var (customer, name) in new[] { ("ada", "Ada Example"), ("kim", "Kim Nomail"), ("sam", "Sam") })
        {
            world.Amazon.Simulator.Settings.AutoApprove = customer;
            var browser = world.NewBrowser();
            await browser.VisitAsync(World.At("/login"));
            browsers.Add((browser, name));
        }

        await Task.WhenAll(Enumerable.Range(0, 20).SelectMany(_ => browsers).Select(async user =>
        {
            var me = await (await user.Browser.FetchAsync(HttpMethod.Get, World.At("/me"))).JsonAsync();
            Assert.Equal(user.Name, me.GetProperty("name").GetString());
        }));

        browsers.ForEach(user => user.Browser.Dispose());
    }
}
