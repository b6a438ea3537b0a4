using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Telemetry;

/// <summary>The counter of logins tells every way apart in which one can go.</summary>
public sealed class LoginMetricsTests : IAsyncLifetime
{
    private World _world = null!;
    private Measurements _measured = null!;

    private IEnumerable<string> Logins => _measured.All.Where(measured => measured.StartsWith("bff.login ", StringComparison.Ordinal)).Select(measured => measured["bff.login ".Length..]);

    public async ValueTask InitializeAsync()
    {
        _world = await World.StartAsync(("RateLimit:LoginsPerMinute", "5"));
        _measured = new(_world.Broker.Services);
    }

    public async ValueTask DisposeAsync()
    {
        _measured.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_login_counts_once_as_started_and_once_as_succeeded_and_a_double_click_as_neither()
    {
        var callback = await _world.LogInUpToCallbackAsync();
        Assert.Equal(["started"], Logins);

        Assert.Equal("/", (await _world.Browser.OpenAsync(callback)).Headers.Location?.OriginalString);
        Assert.Equal(["started", "succeeded"], Logins);

        Assert.Equal("/", (await _world.Browser.OpenAsync(callback)).Headers.Location?.OriginalString);
        Assert.Equal(["started", "succeeded"], Logins);
    }

    [Theory]
    [InlineData("/login?returnUrl=//evil.example")]
    [InlineData("/login?scope=unknown")]
    [InlineData("/login?login_error=login_failed")]
    [InlineData("/login", "X-Requested-With: XMLHttpRequest")]
    [InlineData("/login", "Host: other.example")]
    public async Task A_login_that_is_refused_does_not_count_as_started(string path, string? header = null)
    {
        (string Name, string Value)[] headers = header?.Split(": ") is [var name, var value] ? [(name, value)] : [];
        using var answer = await _world.Browser.SendAsync(HttpMethod.Get, World.At(path), headers: headers);

        Assert.NotEqual(HttpStatusCode.Found, answer.StatusCode);
        Assert.Empty(Logins);
    }

    [Theory]
    [InlineData("error=access_denied", "denied")]
    [InlineData("error=server_error", "failed")]
    [InlineData("error=invalid_scope", "failed")]
    [InlineData("code=short", "rejected_state")]
    [InlineData("", "rejected_state")]
    public async Task A_callback_counts_by_what_Amazon_says_in_it(string rest, string outcome)
    {
        await _world.Browser.OpenAsync(World.At($"/callback?state={await StateAsync()}&{rest}"));

        Assert.Equal(["started", outcome], Logins);
    }

    [Theory]
    [InlineData("token 400", "failed")]
    [InlineData("token 503", "failed")]
    [InlineData("foreign audience", "failed")]
    public async Task A_callback_that_cannot_be_finished_counts_as_failed(string trouble, string outcome)
    {
        _world.Amazon.Simulator.Faults.Enqueue(
            trouble == "foreign audience" ? Operation.TokenInfo : Operation.CodeExchange,
            trouble == "foreign audience" ? Fault.ForeignAudience : trouble == "token 503" ? Fault.HtmlUnavailable : Fault.OAuthError(400, "invalid_grant", "x"));

        await _world.Browser.OpenAsync(await _world.LogInUpToCallbackAsync());

        Assert.Equal(["started", outcome], Logins);
    }

    [Fact]
    public async Task A_state_that_is_not_good_counts_as_rejected_each_time_even_beyond_the_limit()
    {
        using var other = _world.NewBrowser();
        var state = await StateAsync(other);
        for (var i = 0; i < 5; i++)
        {
            await _world.Browser.OpenAsync(World.At("/callback?state=forged&code=ANabcdefghijklmnopqr"));
        }

        using var answer = await _world.Browser.OpenAsync(World.At($"/callback?state={state}&code=ANabcdefghijklmnopqr"));
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);

        Assert.Equal(["started", .. Enumerable.Repeat("rejected_state", 6)], Logins);
    }

    [Fact]
    public async Task An_expired_state_and_a_used_one_without_a_session_count_as_rejected()
    {
        var callback = await _world.LogInUpToCallbackAsync();
        await _world.Browser.OpenAsync(callback);
        _world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", null);
        await _world.Browser.OpenAsync(callback);
        Assert.Equal(["started", "succeeded", "rejected_state"], Logins);

        var late = await _world.LogInUpToCallbackAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(11));
        await _world.Browser.OpenAsync(late);
        Assert.Equal(["started", "rejected_state"], Logins.Skip(3));
    }

    [Fact]
    public async Task With_Redis_out_of_reach_a_callback_counts_as_failed_although_it_may_be_tried_again()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", redis.ConnectionString));
        using var measured = new Measurements(world.Broker.Services);
        var callback = await world.LogInUpToCallbackAsync();
        redis.Kill();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await world.Browser.OpenAsync(callback)).StatusCode);

        Assert.Equal((1, 1), (measured.Count("bff.login started"), measured.Count("bff.login failed")));
    }

    private async Task<string> StateAsync(Browser? browser = null)
    {
        using var answer = await (browser ?? _world.Browser).OpenAsync(World.At("/login"));
        return System.Web.HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["state"]!;
    }
}
