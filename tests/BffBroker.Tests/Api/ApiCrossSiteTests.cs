using System.Net;
using System.Net.WebSockets;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Api;

/// <summary>Other sites' pages get nothing of a user's API, and those that are allowed get all of it.</summary>
public sealed class ApiCrossSiteTests
{
    [Theory]
    [InlineData("GET", true)]
    [InlineData("GET", false, "Sec-Fetch-Site", "cross-site")]
    [InlineData("GET", false, "Sec-Fetch-Site", "same-site")]
    [InlineData("GET", true, "Sec-Fetch-Site", "none")]
    [InlineData("GET", false, "Origin", "https://evil.example")]
    [InlineData("POST", false)]
    [InlineData("POST", false, "Origin", "null")]
    [InlineData("POST", true, "X-CSRF", "1")]
    [InlineData("POST", true, "Origin", ApiWorld.Spa)]
    [InlineData("DELETE", true, "Sec-Fetch-Site", "same-origin")]
    [InlineData("OPTIONS", false, "Sec-Fetch-Site", "cross-site")]
    public async Task The_broker_s_cross_site_rule_holds_for_an_API_too(string method, bool isAllowed, params string[] headers)
    {
        await using var world = await ApiWorld.LoggedInAsync();

        var answer = await world.SendAsync(new(method), "/api/orders", [.. headers.Chunk(2).Select(pair => (pair[0], pair[1]))]);

        Assert.Equal(isAllowed ? 1 : 0, world.Upstream.Requests.Count);
        if (!isAllowed)
        {
            await answer.AssertProblemAsync(HttpStatusCode.Forbidden, "cross_site_request");
        }
    }

    [Theory]
    [InlineData("/api/orders", 200)]
    [InlineData("/api/ads", 403)]
    public async Task An_allowed_origin_reads_answers_and_errors(string path, int status)
    {
        await using var world = await ApiWorld.LoggedInAsync();
        world.Upstream.AnswerWith(200, ("Access-Control-Allow-Origin", "https://evil.example"));

        var answer = await world.SendAsync(HttpMethod.Get, path, ("Origin", ApiWorld.Spa), ("Sec-Fetch-Site", "same-site"));
        var denied = await world.SendAsync(HttpMethod.Get, path, ("Origin", "https://evil.example"));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal([ApiWorld.Spa], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal(["true"], answer.Headers.GetValues("Access-Control-Allow-Credentials"));
        Assert.Distinct(answer.Headers.GetValues("Access-Control-Expose-Headers").Single().Split(','));
        Assert.False(denied.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("/api/orders", "PATCH")]
    [InlineData("/api/limited", "PUT")]
    public async Task A_preflight_of_an_allowed_origin_is_answered_by_the_broker(string path, string method)
    {
        await using var world = await ApiWorld.LoggedInAsync(
            ("ReverseProxy:Routes:limited:Match:Path", "/api/limited"), ("ReverseProxy:Routes:limited:ClusterId", "upstream"),
            ("ReverseProxy:Routes:limited:Match:Methods:0", "GET"), ("ReverseProxy:Routes:limited:Match:Methods:1", "PUT"));

        var answer = await world.SendAsync(HttpMethod.Options, path, ("Origin", ApiWorld.Spa), ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", "if-match,x-csrf"));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal([ApiWorld.Spa], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal([method], answer.Headers.GetValues("Access-Control-Allow-Methods"));
        Assert.Contains("if-match", string.Join(',', answer.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.Ordinal);
        Assert.Empty(world.Upstream.Requests);
    }

    [Fact]
    public async Task A_preflight_of_another_origin_is_refused_and_reaches_no_upstream()
    {
        await using var world = await ApiWorld.LoggedInAsync();

        var answer = await world.SendAsync(HttpMethod.Options, "/api/orders", ("Origin", "https://evil.example"), ("Access-Control-Request-Method", "PUT"));

        await answer.AssertProblemAsync(HttpStatusCode.Forbidden, "cross_site_request");
        Assert.Empty(world.Upstream.Requests);
    }

    [Theory]
    [InlineData(true, "Origin", "http://localhost:8080")]
    [InlineData(true, "Origin", ApiWorld.Spa)]
    [InlineData(true, "Origin", "http://localhost:8080", "Sec-Fetch-Site", "same-origin")]
    [InlineData(true, "X-CSRF", "1")]
    [InlineData(false)]
    [InlineData(false, "Origin", "https://evil.example")]
    [InlineData(false, "Origin", "https://evil.example", "X-CSRF", "1")]
    [InlineData(false, "Origin", "null")]
    [InlineData(false, "Sec-Fetch-Site", "same-origin")]
    [InlineData(false, "Sec-Fetch-Site", "same-origin", "Origin", "https://evil.example")]
    public async Task A_WebSocket_is_opened_for_pages_of_allowed_origins_alone(bool isAllowed, params string[] headers)
    {
        await using var world = await ApiWorld.LoggedInAsync();
        world.Upstream.Answer = WebSockets.EchoAsync;

        using var socket = await world.OpenWebSocketAsync([.. headers.Chunk(2).Select(pair => (pair[0], pair[1]))]);

        Assert.Equal(isAllowed ? HttpStatusCode.SwitchingProtocols : HttpStatusCode.Forbidden, socket.HttpStatusCode);
        Assert.Equal(isAllowed ? 1 : 0, world.Upstream.Requests.Count);
        if (isAllowed)
        {
            await socket.AssertEchoesAsync();
            Assert.Equal(await world.TokenAsync(), world.Upstream.Last.Token);
            Assert.Equal(WebSocketState.Open, socket.State);
        }
    }
}
