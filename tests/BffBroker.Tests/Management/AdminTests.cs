using System.Net;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Management;

/// <summary>Whoever has the admin key sees and ends any user's sessions; nobody else does.</summary>
public sealed class AdminTests(RedisServer redis) : IAsyncLifetime
{
    private const string Key = BrokerNodes.AdminKey;

    private World _world = null!;

    public async ValueTask InitializeAsync() => _world = await World.StartAsync(redis, ("Management:AdminKey", Key));

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData("GET", "/admin/users/u/sessions")]
    [InlineData("DELETE", "/admin/users/u/sessions")]
    [InlineData("DELETE", "/admin/sessions")]
    public async Task Without_the_key_nothing_is_shown_or_ended(string method, string path)
    {
        await _world.LogInAsync();

        foreach (var authorization in new[] { null, "Bearer", "Bearer ", $"Bearer {Key}x", $"Bearer {Key[..^1]}", $"Basic {Key}", Key, $"Bearer {Key}, Bearer {Key}" })
        {
            var response = await _world.AdministerAsync(new(method), path, authorization);

            await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "admin_key_required");
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
            Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        }

        await _world.AssertLoggedInAsync();
    }

    [Fact]
    public async Task After_ten_wrong_keys_in_a_minute_no_key_is_looked_at_until_it_is_over()
    {
        for (var i = 0; i < 10; i++)
        {
            await (await _world.AdministerAsync(HttpMethod.Get, "/admin/users/u/sessions", "Bearer wrong")).AssertProblemAsync(HttpStatusCode.Unauthorized, "admin_key_required");
        }

        var refused = await _world.AdministerAsync(HttpMethod.Get, "/admin/users/u/sessions");
        await refused.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));

        _world.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.OK, (await _world.AdministerAsync(HttpMethod.Get, "/admin/users/u/sessions")).StatusCode);
    }

    [Fact]
    public async Task The_right_key_is_never_counted()
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await _world.AdministerAsync(HttpMethod.Get, "/admin/users/u/sessions")).StatusCode);
        }
    }

    [Fact]
    public async Task Without_a_configured_key_there_are_no_admin_endpoints()
    {
        await using var world = await World.StartAsync();

        await (await world.AdministerAsync(HttpMethod.Delete, "/admin/sessions", "Bearer ")).AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("GET", "/admin/users/u/sessions")]
    [InlineData("DELETE", "/admin/sessions")]
    public async Task The_public_listener_has_no_admin_endpoints_whatever_the_host(string method, string path)
    {
        foreach (var host in new[] { BrokerServer.Authority, _world.Broker.ManagementUrl.Authority })
        {
            var answer = await _world.Browser.SendAsync(new(method), new(_world.Broker.Url, path), headers: [("Host", host), ("Authorization", $"Bearer {Key}")]);

            await answer.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        }
    }

    [Fact]
    public async Task A_user_s_sessions_are_listed_as_for_the_user()
    {
        await _world.LogInAsync();

        var sessions = (await (await _world.AdministerAsync(HttpMethod.Get, $"/admin/users/{await _world.UserIdAsync()}/sessions")).JsonAsync()).GetProperty("sessions").EnumerateArray().ToList();

        Assert.Equal(SessionHandle.Of(_world.SessionKey).Value, sessions.Single().GetProperty("id").GetString());
        Assert.False(sessions.Single().GetProperty("current").GetBoolean());
    }

    [Fact]
    public async Task A_user_without_sessions_has_an_empty_list() =>
        Assert.Empty((await (await _world.AdministerAsync(HttpMethod.Get, "/admin/users/nobody/sessions")).JsonAsync()).GetProperty("sessions").EnumerateArray());

    [Fact]
    public async Task A_user_id_comes_percent_encoded()
    {
        const string UserId = "a/b c?d%e";
        var vault = _world.Broker.Services.GetRequiredService<SessionVault>();
        var now = _world.Clock.GetUtcNow();
        await vault.CreateAsync(new(UserId, null, null), Scopes.Parse("profile"), new(new("Atza|x"), null, now, now.AddHours(1)));

        var answer = await _world.AdministerAsync(HttpMethod.Get, $"/admin/users/{Uri.EscapeDataString(UserId)}/sessions");

        Assert.Single((await answer.JsonAsync()).GetProperty("sessions").EnumerateArray());
    }

    [Theory]
    [InlineData("..")]
    [InlineData("%2e%2E")]
    [InlineData(".%2e")]
    public async Task A_user_id_that_is_a_dot_segment_is_nobody_s_and_not_everybody_s(string userId)
    {
        await _world.LogInAsync();

        foreach (var target in new[] { $"/admin/users/{userId}/sessions", $"http://localhost/admin/users/{userId}/sessions?x" })
        {
            var answer = await RawRequest.AskAsync(_world.Broker.ManagementUrl, $"DELETE {target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {Key}\r\n\r\n");

            Assert.Equal(400, answer.Status);
            Assert.Contains("invalid_request", answer.Text, StringComparison.Ordinal);
        }

        await _world.AssertLoggedInAsync();
    }

    [Fact]
    public async Task An_admin_ends_all_sessions_of_a_user_and_nobody_else_s()
    {
        using var kim = await LogInAsync("kim");
        using var second = await LogInAsync("ada");
        await _world.LogInAsync();

        Assert.Equal(HttpStatusCode.NoContent, (await _world.AdministerAsync(HttpMethod.Delete, $"/admin/users/{await _world.UserIdAsync()}/sessions")).StatusCode);

        await _world.AssertLoggedOutAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(second));
        Assert.Equal(HttpStatusCode.OK, await MeAsync(kim));
    }

    [Fact]
    public async Task An_admin_ends_everybody_s_sessions_those_too_that_no_index_names()
    {
        using var kim = await LogInAsync("kim");
        using var ada = await LogInAsync("ada");
        await _world.LogInAsync();
        var user = UserHandle.Of(AmazonSimulator.SimulatedClient.DefaultId, await _world.UserIdAsync());
        await _world.Broker.Services.GetRequiredService<IUserIndex>().RemoveAsync(user, [SessionHandle.Of(_world.SessionKey)]);

        Assert.Equal(HttpStatusCode.NoContent, (await _world.AdministerAsync(HttpMethod.Delete, "/admin/sessions")).StatusCode);

        await _world.AssertLoggedOutAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(kim));
        Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(ada));
    }

    [Theory]
    [InlineData("p*:")]
    [InlineData("[a-c]?\\^:")]
    public async Task Everybody_is_everybody_of_this_broker_whatever_its_prefix_has_in_it(string prefix)
    {
        await using var other = await World.StartAsync(("ConnectionStrings:Redis", redis.ConnectionString), ("Redis:KeyPrefix", "p-other:"));
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", redis.ConnectionString), ("Redis:KeyPrefix", prefix), ("Management:AdminKey", Key));
        await other.LogInAsync();
        await world.LogInAsync();

        Assert.Equal(HttpStatusCode.NoContent, (await world.AdministerAsync(HttpMethod.Delete, "/admin/sessions")).StatusCode);

        await world.AssertLoggedOutAsync();
        await other.AssertLoggedInAsync();
    }

    private async Task<Browser> LogInAsync(string customer)
    {
        _world.Amazon.Simulator.Settings.AutoApprove = customer;
        var browser = _world.NewBrowser();
        await browser.VisitAsync(World.At("/login"));
        return browser;
    }

    private static async Task<HttpStatusCode> MeAsync(Browser browser) => (await browser.FetchAsync(HttpMethod.Get, World.At("/me"))).StatusCode;
}
