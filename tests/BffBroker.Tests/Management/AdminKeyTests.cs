using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Management;

/// <summary>Who may call the admin endpoints.</summary>
public sealed class AdminKeyTests : IAsyncLifetime
{
    private const string Key = BrokerNodes.AdminKey;

    private World _world = null!;

    public async ValueTask InitializeAsync() => _world = await World.StartAsync(("Management:AdminKey", Key));

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
}
