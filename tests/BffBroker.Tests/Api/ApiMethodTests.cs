using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Api;

/// <summary>Which methods go through.</summary>
public sealed class ApiMethodTests
{
    [Theory]
    [InlineData("TRACE")]
    [InlineData("trace")]
    [InlineData("CONNECT")]
    public async Task A_method_that_sends_the_request_back_or_makes_a_tunnel_reaches_no_upstream(string method)
    {
        await using var world = await ApiWorld.LoggedInAsync();

        foreach (var path in new[] { "/api/orders", "/api/open" })
        {
            var answer = await RawRequest.AskAsync(
                world.Broker, $"{method} {path} HTTP/1.1\r\nHost: {BrokerServer.Authority}\r\nCookie: {world.Cookie}\r\nSec-Fetch-Site: same-origin\r\n\r\n");

            Assert.Equal(405, answer.Status);
            Assert.Contains("method_not_allowed", answer.Text, StringComparison.Ordinal);
            Assert.Contains("\r\nAllow: ", answer.Text, StringComparison.Ordinal);
        }

        Assert.Empty(world.Upstream.Requests);
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    [InlineData("PROPFIND")]
    public async Task Any_other_method_is_upstream_s_to_judge(string method)
    {
        await using var world = await ApiWorld.LoggedInAsync();

        var answer = await world.SendAsync(new(method), "/api/orders", ("Sec-Fetch-Site", "same-origin"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(method, world.Upstream.Last.Method);
    }
}
