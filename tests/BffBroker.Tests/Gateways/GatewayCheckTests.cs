using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>What all gateway protocols have in common: who may pass, what is told of them, and what it costs.</summary>
public sealed class GatewayCheckTests
{
    private const string AccessToken = "X-Auth-Request-Access-Token";

    [Theory]
    [InlineData("ada", "Ada Example", "ada@example.com")]
    [InlineData("zoe", "UTF-8''Zo%C3%AB%20%C3%98sterg%C3%A5rd-M%C3%BCller%20%E7%8E%8B%E5%B0%8F%E6%98%8E", "zoe@example.org")]
    [InlineData("bob", "UTF-8''Bob%20%22%3Cb%3ETables%3C%2Fb%3E%22%20O%27Neil%20&%20S%C3%B6hne%20%F0%9F%8E%89", "bob+o'neil@example.net")]
    [InlineData("kim", "Kim Nomail", null)]
    public async Task A_gateway_is_told_who_the_user_is(string customer, string name, string? email)
    {
        await using var world = await World.StartAsync(GatewayWorld.Trust);
        world.Amazon.Simulator.Settings.AutoApprove = customer;
        await world.LogInAsync();
        var userId = await world.UserIdAsync();
        world.Amazon.Simulator.Calls.Clear();

        foreach (var answer in new[] { await world.AskNginxAsync(), await world.AskForwardAsync("/docs") })
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(userId, answer.Header("X-Auth-Request-User"));
            Assert.Equal(name, answer.Header("X-Auth-Request-Name"));
            Assert.Equal(email, answer.Header("X-Auth-Request-Email"));
            Assert.Null(answer.Header(AccessToken));
            Assert.Empty(await answer.TextAsync());
            Assert.Empty(answer.SetCookies());
        }

        Assert.Empty(world.Amazon.Simulator.Calls.All);
    }

    [Fact]
    public async Task Without_a_session_there_is_no_way_in_and_after_a_logout_no_way_back()
    {
        await using var world = await World.StartAsync(GatewayWorld.Trust);
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], await world.AskBothAsync());

        await world.LogInAsync();
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], await world.AskBothAsync());

        await world.PostAsync("/logout");
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], await world.AskBothAsync());
    }

    [Fact]
    public async Task Every_scope_that_a_gateway_demands_must_have_been_granted()
    {
        await using var world = await World.StartAsync(
            GatewayWorld.Trust, ("Amazon:Scopes:0:Name", "profile"), ("Amazon:Scopes:1:Name", "postal_code"), ("Amazon:Scopes:1:AskAtLogin", "false"));
        await world.LogInAsync();

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], await world.AskBothAsync("?scope=profile"));
        foreach (var query in new[] { "?scope=postal_code", "?scope=profile%20postal_code", "?scope=profile+postal_code", "?scope=profile&scope=postal_code", "?scope=no_such_scope", "?Scope=postal_code" })
        {
            Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.Forbidden], await world.AskBothAsync(query));
        }

        var refused = await world.SendForwardAsync([("X-Forwarded-Host", BrokerServer.Authority), ("X-Forwarded-Uri", "/")], "?scope=profile%20postal_code");
        var problem = await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "insufficient_scope");
        Assert.Equal("http://localhost:8080/login?scope=postal_code", problem.GetProperty("loginUrl").GetString());

        var echo = await world.SendForwardAsync([("X-Forwarded-Host", BrokerServer.Authority), ("X-Forwarded-Uri", "/")], "?scope=postal_code%20canary");
        Assert.DoesNotContain("canary", await echo.TextAsync(), StringComparison.Ordinal);

        await world.LogInAsync("/login?scope=postal_code");
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], await world.AskBothAsync("?scope=profile%20postal_code"));
    }

    [Fact]
    public async Task Where_users_are_named_nobody_else_may_pass()
    {
        var ada = await UserIdAsync("ada");
        await using var world = await World.StartAsync(GatewayWorld.Trust, ("Gateway:AllowedUsers:0", "amzn1.account.SOMEBODY"), ("Gateway:AllowedUsers:1", ada));
        await world.LogInAsync();
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], await world.AskBothAsync());

        world.Amazon.Simulator.Settings.AutoApprove = "zoe";
        await world.LogInAsync();
        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.Forbidden], await world.AskBothAsync());
        await (await world.AskForwardAsync("/", GatewayWorld.Fetch)).AssertProblemAsync(HttpStatusCode.Forbidden, "not_allowed");
        await world.AssertLoggedInAsync();

        await using var other = await World.StartAsync(GatewayWorld.Trust, ("Gateway:AllowedUsers:0", ada.ToLowerInvariant()));
        await other.LogInAsync();
        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.Forbidden], await other.AskBothAsync());
    }

    [Fact]
    public async Task Checks_alone_keep_a_session_from_ending_idle()
    {
        await using var world = await World.StartAsync(GatewayWorld.Trust);
        await world.LogInAsync();

        for (var hour = 0; hour < 12; hour++)
        {
            world.Clock.Advance(TimeSpan.FromHours(1));
            Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], await world.AskBothAsync());
        }
    }

    [Fact]
    public async Task Each_answer_is_counted()
    {
        await using var world = await World.StartAsync([.. GatewayWorld.PassToken, ("Redis:Timeout", "00:00:05")]);
        using var measured = new Measurements(world.Broker.Services);
        var key = ("X-Bff-Gateway-Key", GatewayWorld.Key);

        await world.AskBothAsync("", key);
        await world.LogInAsync();
        await world.AskBothAsync("", key);
        await world.AskBothAsync("");
        world.Clock.Advance(TimeSpan.FromMinutes(61));
        world.Amazon.Simulator.Faults.Set(Operation.Token, Fault.HtmlUnavailable);
        await world.AskBothAsync("", key);

        string[] outcomes = ["unauthenticated", "allowed", "forbidden", "unavailable"];
        Assert.Equal([2, 2, 2, 2], outcomes.Select(outcome => measured.Count($"bff.auth {outcome}")));

        await world.SendForwardAsync([("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Uri", "/")]);
        Assert.Equal([2, 2, 3, 2], outcomes.Select(outcome => measured.Count($"bff.auth {outcome}")));
    }

    private static async Task<string> UserIdAsync(string customer)
    {
        await using var world = await World.StartAsync();
        world.Amazon.Simulator.Settings.AutoApprove = customer;
        await world.LogInAsync();
        return await world.UserIdAsync();
    }
}
