using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>The access token, where a gateway passes it on to the application.</summary>
public sealed class PassedTokenTests
{
    private const string AccessToken = "X-Auth-Request-Access-Token";

    private static readonly (string, string) Key = ("X-Bff-Gateway-Key", GatewayWorld.Key);

    [Fact]
    public async Task The_access_token_goes_to_a_gateway_that_shows_its_key_and_to_nobody_else()
    {
        await using var world = await World.StartAsync(GatewayWorld.PassToken);
        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.Forbidden], await world.AskBothAsync());
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], await world.AskBothAsync("", Key));
        await world.LogInAsync();

        foreach (var answer in new[] { await world.AskNginxAsync("", Key), await world.AskForwardAsync("/", Key) })
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.StartsWith("Atza|", answer.Header(AccessToken), StringComparison.Ordinal);
        }

        (string, string)[][] wrong =
        [
            [], [("X-Bff-Gateway-Key", "")], [("X-Bff-Gateway-Key", GatewayWorld.Key + "x")], [("X-Bff-Gateway-Key", GatewayWorld.Key[..^1])], [("X-Bff-Gateway-Key", GatewayWorld.Key.ToUpperInvariant())],
            [Key, Key], [("X-Bff-Gateway-Key", $"x,{GatewayWorld.Key}")],
        ];
        foreach (var headers in wrong)
        {
            var (nginx, forward) = (await world.AskNginxAsync("", headers), await world.AskForwardAsync("/", headers));

            Assert.Equal(HttpStatusCode.Forbidden, nginx.StatusCode);
            await forward.AssertProblemAsync(HttpStatusCode.Forbidden, "gateway_key_required");
            Assert.All([nginx, forward], answer => Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("X-Auth-Request", StringComparison.OrdinalIgnoreCase)));
        }
    }

    [Fact]
    public async Task A_token_that_is_passed_on_is_refreshed_before_and_no_cookie_changes()
    {
        await using var world = await World.StartAsync(GatewayWorld.PassToken);
        await world.LogInAsync();
        var before = (await world.AskNginxAsync("", Key)).Header(AccessToken);

        world.Clock.Advance(TimeSpan.FromMinutes(61));
        var first = await world.AskNginxAsync("", Key);
        var second = await world.AskForwardAsync("/", Key);

        Assert.Equal(1, world.Amazon.Refreshes);
        Assert.NotEqual(before, first.Header(AccessToken));
        Assert.Equal(first.Header(AccessToken), second.Header(AccessToken));
        Assert.Empty(first.SetCookies());
    }

    [Fact]
    public async Task A_token_that_is_not_passed_on_is_not_refreshed()
    {
        await using var world = await World.StartAsync(GatewayWorld.Trust);
        await world.LogInAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(61));
        world.Amazon.Simulator.Faults.Set(Operation.Token, Fault.Reset);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], await world.AskBothAsync());
        Assert.Equal(0, world.Amazon.Refreshes);
    }

    [Fact]
    public async Task An_Amazon_in_trouble_costs_nobody_the_session()
    {
        await using var world = await World.StartAsync(GatewayWorld.PassToken);
        await world.LogInAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(61));

        world.Amazon.Simulator.Faults.Set(Operation.Token, Fault.HtmlUnavailable);
        Assert.Equal([HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable], await world.AskBothAsync("", Key));
        Assert.NotNull((await world.AskNginxAsync("", Key)).Headers.RetryAfter);

        world.Amazon.Simulator.Faults.Set(Operation.Token, Fault.XmlNotFound);
        Assert.Equal([HttpStatusCode.ServiceUnavailable, HttpStatusCode.BadGateway], await world.AskBothAsync("", Key));
        Assert.NotNull((await world.AskNginxAsync("", Key)).Headers.RetryAfter);

        world.Amazon.Simulator.Faults.Clear();
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], await world.AskBothAsync("", Key));

        world.Amazon.Simulator.RevokeGrants("ada");
        world.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], await world.AskBothAsync("", Key));
    }
}
