using System.Net;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Management;

/// <summary>An admin sees and ends any user's sessions.</summary>
public sealed class AdminTests(RedisServer redis) : IAsyncLifetime
{
    private const string Key = BrokerNodes.AdminKey;

    private World _world = null!;

    public async ValueTask InitializeAsync() => _world = await World.StartAsync(redis, ("Management:AdminKey", Key));

    public ValueTask DisposeAsync() => _world.DisposeAsync();

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
        var beginning = _world.Broker.Services.GetRequiredService<SessionBeginning>();
        var now = _world.Clock.GetUtcNow();
        await beginning.BeginAsync(new(UserId, null, null), Scopes.Parse("profile"), new(new("Atza|x"), null, now, now.AddHours(1)));

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
