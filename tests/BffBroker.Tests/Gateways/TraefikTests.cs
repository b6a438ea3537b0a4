using System.Net;
using BffBroker.Endpoints;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>What a browser and an application see through a Traefik that keeps its documentation, with the shipped file.</summary>
public sealed class TraefikTests
{
    private const string Lie = "somebody else";

    private static ShippedFile File => ShippedFile.Read("traefik/bffbroker.yml");

    [Fact]
    public async Task A_page_that_needs_a_login_is_sent_there_and_a_script_is_told()
    {
        await using var world = await World.StartAsync(GatewayWorld.Trust);
        var traefik = new TraefikReplay(world, File);

        var (page, _) = await traefik.SendAsync("GET", "/members/page.html?tab=2", GatewayWorld.Navigation);
        Assert.Equal(HttpStatusCode.Found, page!.StatusCode);
        Assert.Equal(World.At("/members/page.html?tab=2"), (await world.LogInAsync(page.Headers.Location!.PathAndQuery)).Url);

        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", null);
        foreach (var method in new[] { "GET", "POST" })
        {
            var (script, _) = await traefik.SendAsync(method, "/service/x", GatewayWorld.Fetch);
            await script!.AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
            Assert.Empty(script!.SetCookies());
        }
    }

    [Theory]
    [InlineData("http")]
    [InlineData("ws")]
    public async Task The_application_is_told_who_the_user_is_by_nobody_but_the_broker_and_gets_no_cookie(string proto)
    {
        await using var world = await World.StartAsync(GatewayWorld.Trust);
        await world.LogInAsync();
        (string, string)[] lies =
        [
            (IdentityHeaders.User, Lie), ("x_auth_request_user", Lie), ("X.Auth-Request_Name", Lie), ("Remote-User", Lie), ("X-Forwarded-Uri", "/evil"), (IdentityHeaders.GatewayKey, Lie),
        ];

        var (answer, upstream) = await new TraefikReplay(world, File).SendAsync("GET", "/service/x", [.. GatewayWorld.Fetch, .. lies], proto);

        Assert.Null(answer);
        Assert.DoesNotContain(upstream, header => header.Value == Lie);
        Assert.Equal("Ada Example", Assert.Single(upstream, header => header.Name == IdentityHeaders.Name).Value);
        Assert.Equal("ada@example.com", Assert.Single(upstream, header => header.Name == IdentityHeaders.Email).Value);
        Assert.Single(upstream, header => header.Name == IdentityHeaders.User);
        Assert.DoesNotContain(upstream, header => header.Name is "Cookie" or IdentityHeaders.AccessToken);
    }

    [Fact]
    public async Task The_variant_with_the_token_passes_it_to_the_application_and_shows_its_key_to_the_broker_alone()
    {
        await using var world = await World.StartAsync(GatewayWorld.PassToken);
        await world.LogInAsync();

        var (without, _) = await new TraefikReplay(world, File).SendAsync("GET", "/service/x", GatewayWorld.Fetch);
        await without!.AssertProblemAsync(HttpStatusCode.Forbidden, "gateway_key_required");

        var (answer, upstream) = await new TraefikReplay(world, File.WithToken(GatewayWorld.Key))
            .SendAsync("GET", "/service/x", [.. GatewayWorld.Fetch, (IdentityHeaders.GatewayKey, Lie)]);
        Assert.Null(answer);
        Assert.StartsWith("Atza|", Assert.Single(upstream, header => header.Name == IdentityHeaders.AccessToken).Value, StringComparison.Ordinal);
        Assert.DoesNotContain(upstream, header => header.Name == IdentityHeaders.GatewayKey);
    }

    [Theory]
    [InlineData("X-Auth-Request-User")]
    [InlineData("X-Auth-Request-Anything")]
    [InlineData("X-Forwarded-User")]
    [InlineData("X-Forwarded-Preferred-Username")]
    [InlineData("X-Forwarded-Access-Token")]
    [InlineData("X-Forwarded-Groups")]
    [InlineData("Remote-User")]
    [InlineData("X-Remote-Email")]
    [InlineData("X-WebAuth-Groups")]
    [InlineData("X-Bff-Gateway-Key")]
    public async Task A_header_is_taken_off_in_every_spelling(string name)
    {
        await using var world = await World.StartAsync(GatewayWorld.Trust);
        var traefik = new TraefikReplay(world, File);

        Assert.True(IdentityHeaders.IsOne(name));
        Assert.All("-_.!#$%&'*+^`|~", character => Assert.True(traefik.TakesFromAnswer(name.Replace('-', character).ToLowerInvariant()), $"{character}"));
        Assert.All(["Accept", "Authorization", "X-Forwarded-For", "X-Requested-With", "Access-Control-Request-Headers"], other => Assert.False(traefik.TakesFromAnswer(other)));
    }

    [Fact]
    public void What_a_client_says_of_itself_as_a_proxy_is_not_believed() => Assert.Contains("trustForwardHeader: false", File.Text, StringComparison.Ordinal);
}
