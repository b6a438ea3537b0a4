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
        var traefik = TraefikReplay.Of(world, File);

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

        var traefik = TraefikReplay.Of(world, File);

        var (answer, upstream) = await traefik.SendAsync("GET", "/service/x", [.. GatewayWorld.Fetch, .. lies], proto);

        Assert.Null(answer);
        Assert.DoesNotContain(upstream, header => header.Value == Lie);
        Assert.Equal("Ada Example", Assert.Single(upstream, header => header.Name == IdentityHeaders.Name).Value);
        Assert.Equal("ada@example.com", Assert.Single(upstream, header => header.Name == IdentityHeaders.Email).Value);
        Assert.Single(upstream, header => header.Name == IdentityHeaders.User);
        Assert.DoesNotContain(upstream, header => header.Name is "Cookie" or IdentityHeaders.AccessToken);
    }

    /// <summary>On the way to each service. The rules look at Upgrade, so several values of it are tried.</summary>
    [Theory]
    [InlineData("/service/x", true)]
    [InlineData("/members/x", true)]
    [InlineData("/api/service/x", true)]
    [InlineData("/session", false)]
    [InlineData("/orders/7", false)]
    public async Task A_WebSocket_passes_where_there_may_be_one_and_no_other_upgrade_does(string path, bool isForWebSockets)
    {
        await using var world = await World.StartAsync(GatewayWorld.Trust);
        await world.LogInAsync();

        await AssertOnlyWebSocketsPassAsync(TraefikReplay.Of(world, File), path, isForWebSockets);
    }

    [Theory]
    [InlineData("/service/x", "h2c")]
    [InlineData("/service/x", "websocket")]
    [InlineData("/members/x", "h2c")]
    [InlineData("/members/x", "websocket")]
    public async Task Nothing_that_a_client_says_about_itself_and_its_way_reaches_the_application(string path, string upgrade)
    {
        await using var world = await World.StartAsync(GatewayWorld.Trust);
        await world.LogInAsync();
        var lies = GatewayHeaderTests.Lies.SelectMany(name => new[] { (name, Lie), (name.ToUpperInvariant(), "https") });

        foreach (var part in lies.Chunk(50)) // the broker takes 100 headers at most
        {
            var (answer, upstream) = await TraefikReplay.Of(world, File).SendAsync("GET", path, [.. UpgradeTo([upgrade]), .. part]);

            Assert.Null(answer);
            var kept = upstream.Where(header => GatewayHeaderTests.Lies.Contains(header.Name, StringComparer.OrdinalIgnoreCase));
            Assert.DoesNotContain(kept, header => header.Value is Lie or "https");
            Assert.Single(upstream, header => header.Name == IdentityHeaders.User);
        }
    }

    [Fact]
    public async Task A_WebSocket_without_a_session_is_refused()
    {
        await using var world = await World.StartAsync(GatewayWorld.Trust);

        var (answer, _) = await TraefikReplay.Of(world, File).SendAsync("GET", "/service/x", UpgradeTo(["websocket"]), "ws");

        await answer!.AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
    }

    [Fact]
    public async Task The_variant_with_the_token_passes_it_to_the_application_and_shows_its_key_to_the_broker_alone()
    {
        await using var world = await World.StartAsync(GatewayWorld.PassToken);
        await world.LogInAsync();

        var (without, _) = await TraefikReplay.Of(world, File).SendAsync("GET", "/service/x", GatewayWorld.Fetch);
        await without!.AssertProblemAsync(HttpStatusCode.Forbidden, "gateway_key_required");

        var (answer, upstream) = await TraefikReplay.Of(world, File.WithToken(GatewayWorld.Key))
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
        var traefik = TraefikReplay.Of(world, File);

        Assert.True(IdentityHeaders.IsOne(name));
        Assert.All("-_.!#$%&'*+^`|~", character => Assert.True(traefik.TakesFromAnswer(name.Replace('-', character).ToLowerInvariant()), $"{character}"));
        Assert.All(["Accept", "Authorization", "X-Forwarded-For", "X-Requested-With", "Access-Control-Request-Headers"], other => Assert.False(traefik.TakesFromAnswer(other)));
    }

    /// <summary>The application gets <c>websocket</c> as the one value of Upgrade, or none.</summary>
    internal static async Task AssertOnlyWebSocketsPassAsync(TraefikReplay traefik, string path, bool isForWebSockets)
    {
        string[][] single = [["h2c"], ["SPDY/3.1"], ["websocket"], ["WebSocket"]];
        foreach (var values in SeveralValues.Of("websocket", "h2c", "TLS/1.0").Concat(single))
        {
            var (_, upstream) = await traefik.SendAsync("GET", path, UpgradeTo(values));

            var upgrades = upstream.Where(header => header.Name == "Upgrade").Select(header => header.Value).ToList();
            Assert.All(upgrades, upgrade => Assert.Equal("websocket", upgrade));
            if (values is [var only])
            {
                Assert.Equal(isForWebSockets && only.Equals("websocket", StringComparison.OrdinalIgnoreCase), upgrades.Count == 1);
            }
        }
    }

    /// <summary>A handshake, or what looks like one.</summary>
    internal static (string, string)[] UpgradeTo(string[] values) =>
        [.. GatewayWorld.Fetch, ("Connection", "Upgrade, HTTP2-Settings"), .. values.Select(value => ("Upgrade", value))];

    [Fact]
    public void What_a_client_says_of_itself_as_a_proxy_is_not_believed() => Assert.Contains("trustForwardHeader: false", File.Text, StringComparison.Ordinal);
}
