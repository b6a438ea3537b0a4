using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>ASP.NET Core's own setting <c>AllowedHosts</c>.</summary>
public sealed class HostFilteringTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("*")]
    public async Task Every_host_is_answered_unless_some_are_named(string? allowedHosts)
    {
        await using var world = await World.StartAsync(allowedHosts is null ? [] : [("AllowedHosts", allowedHosts)]);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(world, "/session", "evil.example"));
        Assert.Equal(HttpStatusCode.TemporaryRedirect, await StatusAsync(world, "/login", "evil.example"));
    }

    [Theory]
    [InlineData("localhost:8080", true)]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:1", true)]
    [InlineData("a.example.com", true)]
    [InlineData("example.com", false)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.1", false)]
    public async Task Only_hosts_that_are_named_are_answered_if_some_are(string host, bool isAnswered)
    {
        await using var world = await World.StartAsync(("AllowedHosts", "localhost;*.example.com"));

        foreach (var path in new[] { "/session", "/nowhere", "/login" })
        {
            Assert.Equal(isAnswered, await StatusAsync(world, path, host) != HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task A_refusal_is_a_problem_and_names_no_host()
    {
        await using var world = await World.StartAsync(("AllowedHosts", "localhost"));

        var refused = await world.Browser.SendAsync(HttpMethod.Get, World.At("/session"), headers: [("Host", "evil.example")]);

        await refused.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        Assert.DoesNotContain("evil", await refused.TextAsync(), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> StatusAsync(World world, string path, string host) =>
        (await world.Browser.SendAsync(HttpMethod.Get, World.At(path), headers: [("Host", host)])).StatusCode;
}
