using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Flows;

public sealed class RefreshTests(RedisServer redis)
{
    private static readonly TimeSpan PastTokenLife = TimeSpan.FromMinutes(61);

    private static readonly Dictionary<string, (Fault Fault, HttpStatusCode Status, string Code)> Troubles = new()
    {
        ["503"] = (Fault.HtmlUnavailable, HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"),
        ["reset"] = (Fault.Reset, HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"),
        ["429"] = (Fault.TooManyRequests(), HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"),
        ["servererror"] = (Fault.ServerError("servererror"), HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"),
        ["invalid_client"] = (Fault.OAuthError(401, "invalid_client", "x"), HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"),
        ["unauthorized_client"] = (Fault.OAuthError(400, "unauthorized_client", "x"), HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"),
        ["invalid_request"] = (Fault.OAuthError(400, "invalid_request", "x"), HttpStatusCode.BadGateway, "amazon_error"),
        ["unsupported_grant_type"] = (Fault.OAuthError(400, "unsupported_grant_type", "x"), HttpStatusCode.BadGateway, "amazon_error"),
        ["html"] = (Fault.Status(200, "<html>", "text/html"), HttpStatusCode.BadGateway, "amazon_error"),
        ["xml"] = (Fault.XmlNotFound, HttpStatusCode.BadGateway, "amazon_error"),
        ["empty"] = (Fault.EmptyBody(200), HttpStatusCode.BadGateway, "amazon_error"),
        ["no access_token"] = (Fault.NoAccessToken, HttpStatusCode.BadGateway, "amazon_error"),
        ["half"] = (Fault.HalfJson, HttpStatusCode.BadGateway, "amazon_error"),
    };

    public static TheoryData<string> TroubleNames => [.. Troubles.Keys];

    [Theory]
    [InlineData(nameof(RefreshMode.SameToken))]
    [InlineData(nameof(RefreshMode.NewTokenOldGood))]
    [InlineData(nameof(RefreshMode.NewTokenOldDies))]
    [InlineData(nameof(RefreshMode.NoTokenInAnswer))]
    [InlineData(nameof(RefreshMode.Random))]
    public async Task Refresh_tokens_are_followed_however_Amazon_rotates_them(string mode)
    {
        await using var world = await World.StartAsync(redis);
        world.Amazon.Rotate(Enum.Parse<RefreshMode>(mode));
        await world.LogInAsync();

        for (var i = 1; i <= 4; i++)
        {
            world.Clock.Advance(PastTokenLife);
            await world.AssertLoggedInAsync();
            Assert.Equal(i, world.Amazon.Refreshes);
        }
    }

    [Fact]
    public async Task A_hundred_callers_refresh_once()
    {
        await using var world = await StartWithEndedTokenAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => world.GetAsync("/me")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, world.Amazon.Refreshes);
    }

    [Fact]
    public async Task Two_nodes_refresh_once_and_both_have_the_session_at_once()
    {
        var prefix = $"test-{Guid.NewGuid():N}:";
        (string, string)[] settings = [("ConnectionStrings:Redis", redis.ConnectionString), ("Redis:KeyPrefix", prefix)];
        await using var world = await World.StartAsync(settings);
        await using var second = await BrokerServer.StartAsync(world.Amazon.Url, world.Clock, settings);
        world.Amazon.Rotate(RefreshMode.NewTokenOldDies);
        world.Amazon.Simulator.Settings.Latency = TimeSpan.FromMilliseconds(300);
        await world.LogInAsync();
        using var other = new Browser().Route(BrokerServer.Authority, second.Url);
        other.SetCookie(BrokerServer.PublicUrl, "__Host-bff", world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));
        Assert.Equal(HttpStatusCode.OK, (await other.FetchAsync(HttpMethod.Get, World.At("/me"))).StatusCode);

        world.Clock.Advance(PastTokenLife);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).SelectMany(_ => new[] { world.Browser, other })
            .Select(browser => browser.FetchAsync(HttpMethod.Get, World.At("/me"))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, world.Amazon.Refreshes);
    }

    [Fact]
    public async Task A_caller_who_hangs_up_does_not_lose_the_new_token()
    {
        await using var world = await StartWithEndedTokenAsync();
        var answer = new TaskCompletionSource();
        world.Amazon.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task));

        using (var impatient = world.NewBrowser())
        {
            impatient.SetCookie(BrokerServer.PublicUrl, "__Host-bff", world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));
            _ = impatient.FetchAsync(HttpMethod.Get, World.At("/me"));
            await world.Amazon.Simulator.Calls.WaitForAsync(Operation.Refresh, 1, TestContext.Current.CancellationToken);
        }

        answer.SetResult();
        await world.AssertLoggedInAsync();
        Assert.Equal(1, world.Amazon.Refreshes);
    }

    [Fact]
    public async Task A_caller_waits_for_Amazon_Timeout_and_the_refresh_goes_on()
    {
        await using var world = await StartWithEndedTokenAsync(("Amazon:Timeout", "00:00:02"));
        var answer = new TaskCompletionSource();
        world.Amazon.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task) with { AfterProcessing = true });

        await (await world.GetAsync("/me")).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        answer.SetResult();

        await Wait.UntilAsync(async () => (await world.GetAsync("/me")).StatusCode == HttpStatusCode.OK, "the refresh to be saved");
        Assert.Equal(1, world.Amazon.Refreshes);
    }

    [Fact]
    public async Task A_logout_during_a_refresh_wins()
    {
        var prefix = $"test-{Guid.NewGuid():N}:";
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", redis.ConnectionString), ("Redis:KeyPrefix", prefix));
        await world.LogInAsync();
        var cookie = world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff");
        world.Clock.Advance(PastTokenLife);
        var answer = new TaskCompletionSource();
        world.Amazon.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task));

        var me = world.GetAsync("/me");
        await world.Amazon.Simulator.Calls.WaitForAsync(Operation.Refresh, 1, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, (await world.PostAsync("/logout")).StatusCode);
        answer.SetResult();

        await (await me).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", cookie);
        await world.AssertLoggedOutAsync();
        Assert.DoesNotContain("{", await redis.DumpAsync(prefix + "{"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(TroubleNames))]
    public async Task Trouble_with_a_refresh_never_ends_a_session_and_a_living_token_is_used_meanwhile(string trouble)
    {
        await using var world = await World.StartAsync(redis);
        await world.LogInAsync();
        var (fault, status, code) = Troubles[trouble];
        world.Amazon.Simulator.Faults.Set(Operation.Refresh, fault);

        world.Clock.Advance(TimeSpan.FromSeconds(3595)); // not fresh any more, not yet dead
        await world.AssertLoggedInAsync();

        world.Clock.Advance(TimeSpan.FromSeconds(10));
        var response = await world.GetAsync("/me");
        await response.AssertProblemAsync(status, code);
        Assert.Empty(response.SetCookies());

        world.Amazon.Simulator.Faults.Clear();
        await world.AssertLoggedInAsync();
    }

    [Fact]
    public async Task A_refresh_that_Amazon_turns_away_is_repeated_and_its_caller_notices_nothing()
    {
        await using var world = await StartWithEndedTokenAsync();
        world.Amazon.Simulator.Faults.Enqueue(Operation.Refresh, Fault.HtmlUnavailable);

        await world.AssertLoggedInAsync();

        Assert.Equal(2, world.Amazon.Refreshes);
    }

    [Fact]
    public async Task A_token_that_came_without_a_refresh_token_serves_to_its_end()
    {
        await using var world = await World.StartAsync();
        var withoutRefreshToken = """{"access_token":"Atza|x","token_type":"bearer","expires_in":3600}""";
        world.Amazon.Simulator.Faults.Enqueue(Operation.CodeExchange, Fault.Status(200, withoutRefreshToken, "application/json"));
        var user = """{"user_id":"amzn1.account.X","aud":"AUD"}""".Replace("AUD", SimulatedClient.DefaultId, StringComparison.Ordinal);
        world.Amazon.Simulator.Faults.Set(Operation.TokenInfo, Fault.Status(200, user, "application/json"));
        world.Amazon.Simulator.Faults.Set(Operation.Profile, Fault.Status(200, user, "application/json"));
        await world.LogInAsync();

        world.Clock.Advance(TimeSpan.FromSeconds(3595));
        await world.AssertLoggedInAsync();
        world.Clock.Advance(TimeSpan.FromSeconds(6));
        await world.AssertLoggedOutAsync();
        Assert.Equal(0, world.Amazon.Refreshes);
    }

    [Fact]
    public async Task The_previous_client_secret_is_tried_while_a_secret_is_being_rotated()
    {
        await using var world = await World.StartAsync(
            ("Amazon:ClientSecret", "amzn1.oa2-cs.v1.not-active-yet"), ("Amazon:PreviousClientSecret", SimulatedClient.DefaultSecret));

        await world.LogInAsync();
        world.Clock.Advance(PastTokenLife);

        await world.AssertLoggedInAsync();
    }

    /// <summary>Somebody is logged in whose access token is dead, and whose refresh token is good for one use.</summary>
    private async Task<World> StartWithEndedTokenAsync(params (string Key, string Value)[] settings)
    {
        var world = await World.StartAsync(redis, settings);
        world.Amazon.Rotate(RefreshMode.NewTokenOldDies);
        await world.LogInAsync();
        world.Clock.Advance(PastTokenLife);
        return world;
    }
}
