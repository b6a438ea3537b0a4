using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Api;

/// <summary>What a client is told when there is no answer of an upstream's, or none for it.</summary>
public sealed class ApiFailureTests
{
    [Fact]
    public async Task Without_a_session_no_byte_of_upstream_s_is_to_be_had()
    {
        await using var world = await ApiWorld.StartAsync();

        var problem = await (await world.GetAsync("/api/orders")).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");

        Assert.Equal(World.At("/login").ToString(), problem.GetProperty("loginUrl").GetString());
        Assert.Empty(world.Upstream.Requests);
    }

    [Fact]
    public async Task After_a_logout_the_old_cookie_reaches_no_upstream()
    {
        await using var world = await ApiWorld.LoggedInAsync();
        var cookie = world.Cookie;
        await world.World.PostAsync("/logout");

        var answer = await RawRequest.GetAsync(world.Broker, "/api/orders", $"Cookie: {cookie}");

        Assert.Equal(401, answer.Status);
        Assert.Empty(world.Upstream.Requests);
    }

    [Fact]
    public async Task With_Redis_out_of_reach_no_request_reaches_upstream_and_all_do_again_after()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var world = await ApiWorld.LoggedInAsync(("ConnectionStrings:Redis", redis.ConnectionString), ("Redis:Timeout", "00:00:01"));
        redis.Kill();

        var answer = await world.GetAsync("/api/orders");
        await answer.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Empty(world.Upstream.Requests);

        await redis.RunAsync();
        await Wait.UntilAsync(async () => (await world.GetAsync("/api/orders")).StatusCode == HttpStatusCode.OK, "the session to be served again");
    }

    [Fact]
    public async Task Without_a_token_that_lives_Amazon_s_trouble_is_told_as_by_me()
    {
        await using var world = await ApiWorld.LoggedInAsync();
        world.World.Clock.Advance(TimeSpan.FromHours(2));
        world.World.Amazon.Simulator.Faults.Set(AmazonSimulator.Operation.Refresh, AmazonSimulator.Fault.Status(503, "", "text/plain"));

        await (await world.GetAsync("/api/orders")).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");

        Assert.Empty(world.Upstream.Requests);
    }

    [Theory]
    [InlineData("/api/orders")]
    [InlineData("/api/open")]
    public async Task An_upstream_that_cannot_be_reached_is_502(string path)
    {
        await using var world = await ApiWorld.LoggedInAsync();
        await world.Upstream.DisposeAsync();

        var answer = await world.GetAsync(path);

        await answer.AssertProblemAsync(HttpStatusCode.BadGateway, "bad_gateway");
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
    }

    [Fact]
    public async Task An_upstream_that_hangs_up_or_talks_nonsense_is_502()
    {
        using var upstream = WireServer.Start(WireAnswer.Reset, WireAnswer.Cut("nonsense\r\n\r\n"), WireAnswer.Cut("HTTP/1.1 200 OK\r\nContent-Le"));
        await using var world = await ApiWorld.LoggedInAsync(("ReverseProxy:Clusters:upstream:Destinations:only:Address", upstream.Url.ToString()));

        for (var i = 0; i < 3; i++)
        {
            using var body = new StringContent("once"); // a GET would be sent again by the HTTP client itself
            await (await world.World.PostAsync("/api/orders", body)).AssertProblemAsync(HttpStatusCode.BadGateway, "bad_gateway");
        }

        Assert.Equal(3, upstream.Requests);
    }

    [Fact]
    public async Task An_upstream_that_does_not_answer_in_time_is_504()
    {
        using var upstream = WireServer.Start(WireAnswer.Silence);
        await using var world = await ApiWorld.LoggedInAsync(
            ("ReverseProxy:Clusters:upstream:Destinations:only:Address", upstream.Url.ToString()), ("ReverseProxy:Clusters:upstream:HttpRequest:ActivityTimeout", "00:00:01"));

        await (await world.GetAsync("/api/orders")).AssertProblemAsync(HttpStatusCode.GatewayTimeout, "gateway_timeout");
    }

    [Fact]
    public async Task An_upstream_without_a_healthy_destination_is_503()
    {
        await using var world = await ApiWorld.LoggedInAsync(
            ("ReverseProxy:Clusters:upstream:HealthCheck:Passive:Enabled", "true"), ("ReverseProxy:Clusters:upstream:HealthCheck:Passive:Policy", "TransportFailureRate"),
            ("ReverseProxy:Clusters:upstream:HealthCheck:Passive:ReactivationPeriod", "01:00:00"), ("ReverseProxy:Clusters:upstream:HealthCheck:AvailableDestinationsPolicy", "HealthyAndUnknown"));
        await world.Upstream.DisposeAsync();
        await Wait.UntilAsync(async () => (await world.GetAsync("/api/orders")).StatusCode == HttpStatusCode.ServiceUnavailable, "the destination to be given up");

        var answer = await world.GetAsync("/api/orders");

        await answer.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")]
    public async Task An_answer_that_breaks_off_never_looks_whole(string half)
    {
        using var upstream = WireServer.Start(WireAnswer.Cut(half));
        await using var world = await ApiWorld.LoggedInAsync(("ReverseProxy:Clusters:upstream:Destinations:only:Address", upstream.Url.ToString()));

        await Assert.ThrowsAsync<HttpRequestException>(() => world.GetAsync("/api/orders"));
    }

    [Fact]
    public async Task A_client_s_half_body_is_no_failure_of_upstream_s()
    {
        await using var world = await ApiWorld.LoggedInAsync();
        world.Upstream.Answer = http => http.Request.Body.CopyToAsync(Stream.Null);

        var answer = await RawRequest.AskAsync(
            world.Broker, $"POST /api/orders HTTP/1.1\r\nHost: x\r\nX-CSRF: 1\r\nCookie: {world.Cookie}\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n");

        Assert.Equal(400, answer.Status);
        Assert.Contains("invalid_request", answer.Text, StringComparison.Ordinal);
    }
}
