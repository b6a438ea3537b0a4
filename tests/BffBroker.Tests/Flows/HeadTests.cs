using System.Net;
using BffBroker.Tests.Gateways;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Flows;

/// <summary>Monitors and link checkers ask by HEAD, and get what GET would: the same status, the same headers, no body.</summary>
public sealed class HeadTests
{
    [Theory]
    [InlineData("/login", 302)]
    [InlineData("/login?returnUrl=//x", 400)]
    [InlineData("/login/pages.css", 200)]
    [InlineData("/callback", 400)]
    [InlineData("/me", 200)]
    [InlineData("/session", 200)]
    [InlineData("/sessions", 200)]
    [InlineData("/auth/nginx", 200)]
    [InlineData("/auth/forward", 400)]
    [InlineData("/nowhere", 404)]
    public async Task HEAD_is_answered_as_GET_is(string path, int status)
    {
        await using var world = await World.StartAsync(GatewayWorld.Trust);
        await world.LogInAsync();

        var get = await world.Browser.SendAsync(HttpMethod.Get, World.At(path), headers: [("Accept", "text/html")]);
        var head = await world.Browser.SendAsync(HttpMethod.Head, World.At(path), headers: [("Accept", "text/html")]);

        await AssertSameAsync(get, head, status);
    }

    [Theory]
    [InlineData("/health/live", 200)]
    [InlineData("/health/ready", 200)]
    [InlineData("/admin/users/x/sessions", 200)]
    public async Task HEAD_is_answered_as_GET_is_on_the_management_listener(string path, int status)
    {
        await using var world = await World.StartAsync(("Management:AdminKey", BrokerNodes.AdminKey));

        await AssertSameAsync(await world.AdministerAsync(HttpMethod.Get, path), await world.AdministerAsync(HttpMethod.Head, path), status);
    }

    private static async Task AssertSameAsync(HttpResponseMessage get, HttpResponseMessage head, int status)
    {
        Assert.Equal((status, status), ((int)get.StatusCode, (int)head.StatusCode));
        Assert.Equal(NamesOf(get), NamesOf(head));
        Assert.Equal("", await head.TextAsync());
    }

    // How long the body is, and how it comes, a server may leave out where there is none (RFC 9110 9.3.2).
    private static IEnumerable<string> NamesOf(HttpResponseMessage answer) => answer.Headers.Concat(answer.Content.Headers)
        .Select(header => header.Key).Except(["Transfer-Encoding", "Content-Length"]).Order();
}
