using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Management;

public sealed class HealthTests(RedisServer redis)
{
    [Fact]
    public async Task A_node_is_live_and_ready_on_the_management_listener_alone()
    {
        await using var world = await World.StartAsync(redis);
        using var http = new HttpClient();

        Assert.Equal("""{"status":"live","failed":[]}""", await http.GetStringAsync(new Uri(world.Broker.ManagementUrl, "/health/live"), TestContext.Current.CancellationToken));
        var ready = await http.GetStringAsync(new Uri(world.Broker.ManagementUrl, "/health/ready"), TestContext.Current.CancellationToken);
        Assert.StartsWith("""{"status":"ready","failed":[],"keyRing":{"keys":1,"newestCreatedAt":"20""", ready, StringComparison.Ordinal);
        Assert.Contains("\"readAt\":\"20", ready, StringComparison.Ordinal);

        foreach (var path in new[] { "/session", "/me", "/login", "/" })
        {
            using var management = await http.GetAsync(new Uri(world.Broker.ManagementUrl, path), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, management.StatusCode);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(world.Broker.Url, "/health/ready"));
        request.Headers.Host = world.Broker.ManagementUrl.Authority;
        using var spoofed = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, spoofed.StatusCode);
    }

    [Fact]
    public async Task A_node_whose_sessions_live_in_memory_has_no_key_ring_to_tell_of()
    {
        await using var world = await World.StartAsync();
        using var http = new HttpClient();

        Assert.Equal("""{"status":"ready","failed":[]}""", await http.GetStringAsync(new Uri(world.Broker.ManagementUrl, "/health/ready"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_Redis_a_node_starts_is_live_and_says_what_is_missing()
    {
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", $"127.0.0.1:{Ports.Free()}"), ("Redis:Timeout", "00:00:00.2"));
        using var http = new HttpClient();

        using var live = await http.GetAsync(new Uri(world.Broker.ManagementUrl, "/health/live"), TestContext.Current.CancellationToken);
        using var ready = await http.GetAsync(new Uri(world.Broker.ManagementUrl, "/health/ready"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("""{"status":"unready","failed":["redis","key_ring"]}""", await ready.TextAsync());
    }
}
