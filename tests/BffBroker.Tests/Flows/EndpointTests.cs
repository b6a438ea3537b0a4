using System.Globalization;
using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Flows;

/// <summary>What holds at every endpoint.</summary>
public sealed class EndpointTests
{
    [Fact]
    public async Task Every_answer_forbids_caching_sniffing_and_referrers_and_none_but_login_callback_and_logout_sets_a_cookie()
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();
        world.Clock.Advance(TimeSpan.FromHours(2)); // so that /me refreshes

        foreach (var path in new[] { "/me", "/session", "/nowhere", "/login", "/callback", "/logout" })
        {
            var response = await world.GetAsync(path);
            Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
            Assert.Empty(response.SetCookies());
            Assert.False(response.Headers.Contains("Server"), string.Create(CultureInfo.InvariantCulture, $"{path} names the server."));
        }

        Assert.Equal(1, world.Amazon.Refreshes);
    }

    [Theory]
    [InlineData("GET", "/logout")]
    [InlineData("POST", "/me")]
    [InlineData("DELETE", "/session")]
    [InlineData("POST", "/login")]
    [InlineData("PUT", "/callback")]
    public async Task A_method_that_an_endpoint_does_not_have_is_405(string method, string path)
    {
        await using var world = await World.StartAsync();

        var response = await world.Browser.FetchAsync(HttpMethod.Parse(method), World.At(path));

        await response.AssertProblemAsync(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
    }
}
