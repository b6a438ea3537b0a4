using System.Collections.Concurrent;
using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BffBroker.Tests.Api;

/// <summary>An upstream rejects a token before its time.</summary>
public sealed class ApiRetryTests : IAsyncLifetime
{
    private const string Rejection = "Bearer realm=\"a, b\", error=\"invalid_token\", error_description=\"expired\"";

    private readonly ConcurrentQueue<string> _bodies = new();
    private ApiWorld _world = null!;
    private string _rejected = "";

    public async ValueTask InitializeAsync()
    {
        _world = await ApiWorld.LoggedInAsync();
        _rejected = await _world.TokenAsync();
        Reject(Rejection, token => token == _rejected);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64 * 1024)]
    public async Task An_upstream_that_rejects_a_token_is_asked_once_more_with_a_fresh_one_and_the_same_body(int size)
    {
        var body = new string('x', size);
        using var content = new StringContent(body);

        var answer = size == 0 ? await _world.GetAsync("/api/orders") : await _world.World.PostAsync("/api/orders", content);

        Assert.Equal((HttpStatusCode.OK, "fine"), (answer.StatusCode, await answer.TextAsync()));
        Assert.Empty(answer.Headers.WwwAuthenticate);
        Assert.Equal(1, _world.World.Amazon.Refreshes);
        Assert.Equal([_rejected, await _world.TokenAsync()], _world.Upstream.Requests.Select(request => request.Token));
        Assert.Equal([body, body], _bodies);
    }

    [Theory]
    [InlineData(false, (64 * 1024) + 1)]
    [InlineData(false, 5_000_000)]
    [InlineData(true, 10)]
    public async Task A_body_that_is_large_or_of_unknown_length_is_not_kept_and_the_rejection_goes_through(bool isChunked, int size)
    {
        using var content = new StringContent(new string('x', size));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_world.Broker, "/api/orders")) { Content = content };
        request.Headers.TransferEncodingChunked = isChunked;
        request.Headers.Add("Cookie", _world.Cookie);
        request.Headers.Add("X-CSRF", "1");
        using var http = new HttpClient();

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.Unauthorized, "no"), (answer.StatusCode, await answer.TextAsync()));
        Assert.Equal(Rejection, answer.Headers.WwwAuthenticate.ToString());
        Assert.Equal(0, _world.World.Amazon.Refreshes);
        Assert.Single(_world.Upstream.Requests);
    }

    [Fact]
    public async Task An_upstream_that_rejects_fresh_tokens_too_is_believed_and_refreshed_for_at_most_once_a_minute()
    {
        Reject(Rejection, _ => true);

        for (var i = 0; i < 4; i++)
        {
            var answer = await _world.GetAsync("/api/orders");
            Assert.Equal((HttpStatusCode.Unauthorized, "no"), (answer.StatusCode, await answer.TextAsync()));
            Assert.Equal(Rejection, answer.Headers.WwwAuthenticate.ToString());
        }

        Assert.Equal(1, _world.World.Amazon.Refreshes);
        Assert.Equal(5, _world.Upstream.Requests.Count);
        await _world.World.AssertLoggedInAsync();
    }

    [Theory]
    [InlineData("Bearer realm=\"api\"")]
    [InlineData("Bearer error=\"insufficient_scope\"")]
    [InlineData("Basic error=\"invalid_token\"")]
    [InlineData("Bearer realm=\"x, error=invalid_token\"")]
    public async Task A_401_for_another_reason_is_upstream_s_own(string challenge)
    {
        Reject(challenge, _ => true);

        var answer = await _world.GetAsync("/api/orders");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(0, _world.World.Amazon.Refreshes);
        Assert.Single(_world.Upstream.Requests);
    }

    [Fact]
    public async Task When_there_is_no_other_token_the_rejection_goes_through()
    {
        _world.World.Amazon.Simulator.Faults.Set(Operation.Refresh, Fault.Reset);

        var answer = await _world.GetAsync("/api/orders");

        Assert.Equal((HttpStatusCode.Unauthorized, "no"), (answer.StatusCode, await answer.TextAsync()));
        Assert.Single(_world.Upstream.Requests);
        await _world.World.AssertLoggedInAsync();
    }

    [Fact]
    public async Task With_Redis_gone_meanwhile_the_rejection_goes_through()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var world = await ApiWorld.LoggedInAsync(("ConnectionStrings:Redis", redis.ConnectionString), ("Redis:Timeout", "00:00:01"));
        world.Upstream.Answer = http =>
        {
            redis.Kill();
            (http.Response.StatusCode, http.Response.Headers.WWWAuthenticate) = (401, Rejection);
            return http.Response.WriteAsync("no");
        };

        var answer = await world.GetAsync("/api/orders");

        Assert.Equal((HttpStatusCode.Unauthorized, "no"), (answer.StatusCode, await answer.TextAsync()));
        Assert.Single(world.Upstream.Requests);
    }

    [Fact]
    public async Task A_WebSocket_handshake_is_not_repeated()
    {
        using var socket = await _world.OpenWebSocketAsync(("X-CSRF", "1"));

        Assert.Equal(HttpStatusCode.Unauthorized, socket.HttpStatusCode);
        Assert.Single(_world.Upstream.Requests);
        Assert.Equal(0, _world.World.Amazon.Refreshes);
    }

    [Fact]
    public async Task Many_rejections_at_once_refresh_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _world.GetAsync("/api/orders")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, _world.World.Amazon.Refreshes);
    }

    private void Reject(string challenge, Func<string?, bool> isRejected) => _world.Upstream.Answer = async http =>
    {
        using var reader = new StreamReader(http.Request.Body);
        _bodies.Enqueue(await reader.ReadToEndAsync());
        if (isRejected(http.Request.Headers.Authorization))
        {
            (http.Response.StatusCode, http.Response.Headers.WWWAuthenticate) = (401, challenge);
            await http.Response.WriteAsync("no");
            return;
        }

        await http.Response.WriteAsync("fine");
    };
}
