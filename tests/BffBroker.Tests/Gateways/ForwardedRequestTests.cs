using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>What <c>/auth/forward</c> believes of the request that it is asked about, and from whom.</summary>
public sealed class ForwardedRequestTests : IAsyncLifetime
{
    private World _world = null!;

    public async ValueTask InitializeAsync() => _world = await World.StartAsync(GatewayWorld.Trust);

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData("X-Forwarded-Host", null)]
    [InlineData("X-Forwarded-Uri", null)]
    [InlineData("X-Forwarded-Host", "")]
    [InlineData("X-Forwarded-Host", "localhost:8080, evil.example")]
    [InlineData("X-Forwarded-Host", "evil.example@localhost:8080")]
    [InlineData("X-Forwarded-Host", "localhost:8080/path")]
    [InlineData("X-Forwarded-Host", "localhost:8080?")]
    [InlineData("X-Forwarded-Host", "localhost:99999")]
    [InlineData("X-Forwarded-Proto", "javascript")]
    [InlineData("X-Forwarded-Proto", "http, https")]
    [InlineData("X-Forwarded-Uri", "")]
    [InlineData("X-Forwarded-Uri", "no-slash")]
    [InlineData("X-Forwarded-Uri", "//evil.example/")]
    [InlineData("X-Forwarded-Uri", "/\\evil.example/")]
    [InlineData("X-Forwarded-Uri", "/a/../b")]
    [InlineData("X-Forwarded-Uri", "/a/%2e%2E/b")]
    [InlineData("X-Forwarded-Uri", "/a#b")]
    [InlineData("X-Forwarded-Uri", "/a b")]
    [InlineData("X-Forwarded-Uri", "http://localhost:8080/")]
    public async Task A_request_that_could_be_read_in_two_ways_is_refused_with_and_without_a_session(string header, string? value)
    {
        Dictionary<string, string> headers = new() { ["X-Forwarded-Proto"] = "http", ["X-Forwarded-Host"] = BrokerServer.Authority, ["X-Forwarded-Uri"] = "/" };
        headers.Remove(header);
        (string, string)[] sent = [.. headers.Select(pair => (pair.Key, pair.Value)), .. GatewayWorld.Fetch, .. value is null ? [] : new[] { (header, value) }];

        await (await _world.SendForwardAsync(sent)).AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        await _world.LogInAsync();
        await (await _world.SendForwardAsync(sent)).AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Theory]
    [InlineData("X-Forwarded-Host")]
    [InlineData("X-Forwarded-Uri")]
    [InlineData("X-Forwarded-Proto")]
    [InlineData("X-Forwarded-Method")]
    public async Task A_forwarded_header_that_comes_twice_is_refused(string header)
    {
        string[] sent = [$"X-Forwarded-Host: {BrokerServer.Authority}", "X-Forwarded-Uri: /", "X-Forwarded-Proto: http", "X-Forwarded-Method: GET"];

        var once = await RawRequest.GetAsync(_world.Broker.Url, "/auth/forward", sent);
        var twice = await RawRequest.GetAsync(_world.Broker.Url, "/auth/forward", [.. sent, sent.Single(line => line.StartsWith(header, StringComparison.Ordinal))]);

        Assert.Equal(401, once.Status);
        Assert.Equal(400, twice.Status);
    }

    [Theory]
    [InlineData("http", "evil.example")]
    [InlineData("http", "localhost:8081")]
    [InlineData("http", "localhost")]
    [InlineData("http", "localhost.:8080")]
    [InlineData("https", "localhost:8080")]
    [InlineData("http", "sub.localhost:8080")]
    public async Task A_host_that_never_sees_the_cookie_is_refused(string proto, string host)
    {
        await _world.LogInAsync();

        var answer = await _world.SendForwardAsync([("X-Forwarded-Proto", proto), ("X-Forwarded-Host", host), ("X-Forwarded-Uri", "/"), .. GatewayWorld.Fetch]);

        await answer.AssertProblemAsync(HttpStatusCode.Forbidden, "unknown_host");
    }

    [Theory]
    [InlineData("http", "LocalHost:8080")]
    [InlineData("ws", "localhost:8080")]
    public async Task A_host_has_one_meaning_in_every_spelling(string proto, string host)
    {
        await _world.LogInAsync();

        Assert.Equal(HttpStatusCode.OK, (await _world.SendForwardAsync([("X-Forwarded-Proto", proto), ("X-Forwarded-Host", host), ("X-Forwarded-Uri", "/")])).StatusCode);
    }

    [Fact]
    public async Task The_client_s_address_in_front_of_it_changes_nothing()
    {
        await _world.LogInAsync();

        foreach (var chain in new[] { "203.0.113.9", "203.0.113.9, 127.0.0.1", "x, y", "" })
        {
            Assert.Equal(HttpStatusCode.OK, (await _world.AskForwardAsync("/", ("X-Forwarded-For", chain))).StatusCode);
        }
    }

    [Theory]
    [InlineData(null, HttpStatusCode.ServiceUnavailable, "gateway_not_configured")]
    [InlineData("10.0.0.0/8", HttpStatusCode.Forbidden, "untrusted_proxy")]
    public async Task Nobody_but_a_trusted_proxy_is_answered(string? proxies, HttpStatusCode status, string code)
    {
        await using var world = await World.StartAsync(proxies is null ? [] : [("Broker:TrustedProxies:0", proxies)]);
        await world.LogInAsync();

        foreach (var headers in new (string, string)[][] { [], [("X-Forwarded-For", "10.1.2.3")] })
        {
            var answer = await world.AskForwardAsync("/", [.. GatewayWorld.Fetch, .. headers]);

            await answer.AssertProblemAsync(status, code);
            Assert.Null(answer.Header("X-Auth-Request-User"));
        }
    }
}
