using System.Net;
using BffBroker.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace BffBroker.Tests.Api;

/// <summary>What an upstream gets to see of a request.</summary>
public sealed class ApiRequestTests
{
    private const string Session = "__Host-bff";

    [Fact]
    public async Task Upstream_gets_the_user_s_token_in_the_place_of_whatever_the_client_sent()
    {
        await using var world = await ApiWorld.LoggedInAsync();

        var answer = await world.SendAsync(HttpMethod.Get, "/api/orders/7?page=2", ("Authorization", "Bearer forged"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(await world.TokenAsync(), world.Upstream.Last.Token);
        Assert.Equal("/api/orders/7?page=2", world.Upstream.Last.Target);
    }

    [Fact]
    public async Task A_token_that_is_about_to_end_is_refreshed_before()
    {
        await using var world = await ApiWorld.LoggedInAsync();
        world.World.Clock.Advance(TimeSpan.FromHours(2));

        var answer = await world.GetAsync("/api/orders/7");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(answer.SetCookies());
        Assert.Equal(1, world.World.Amazon.Refreshes);
        Assert.Equal(await world.TokenAsync(), world.Upstream.Last.Token);
    }

    [Fact]
    public async Task A_route_without_token_needs_no_session_and_gets_no_token_but_the_client_s_own_Authorization()
    {
        await using var world = await ApiWorld.LoggedInAsync();

        var answer = await world.SendAsync(HttpMethod.Post, "/api/open/x", ("Authorization", "Basic abc"), ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Basic abc", world.Upstream.Last.Token);
        Assert.False(world.Upstream.Last.Headers.ContainsKey("Cookie"));

        await RawRequest.GetAsync(world.Broker, "/api/open/x");
        Assert.Null(world.Upstream.Last.Token);
    }

    [Fact]
    public async Task No_identity_header_and_no_cookie_of_the_broker_s_goes_on_in_any_spelling_and_all_other_cookies_do()
    {
        await using var world = await ApiWorld.LoggedInAsync();
        var name = Spelling("X-Auth-Request-User", "X-Auth-Request-Access-Token", "X-Bff-Gateway-Key", "X-Forwarded-User", "Remote-User", "X-WebAuth-Name", "Proxy-Authorization", "Forwarded",
            "X-Forwarded-Anything", "X-Real-IP", "X-Original-URL", "Proxy", "baggage", "X-Forwarded-For", "X-Forwarded-Ssl", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP", "X-SSL-Client-Cert", "SSL-Client-Verify", "X-Host");
        var other = Gen.Choose(0, 99).Select(number => $"app{number}=v{number}");
        var spelling = Gen.Frequency((5, Spelling(Session, "__Host-bff-login", "__Host-bff-bind", "__Secure-bff")), (1, Gen.Constant(Session)));
        var own = spelling.SelectMany(cookie =>
            Gen.Elements("=", " =", "=\"", "\"=").SelectMany(equals => Gen.Elements("", " ", "\t", "\"").Select(before => $"{before}{cookie}{equals}forged")));
        var cookies = Gen.Frequency((2, other), (1, own)).ArrayOf();

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(8), Prop.ForAll(
            name.SelectMany(header => cookies.SelectMany(list => Gen.Elements("/api/orders", "/api/open").Select(path => (header, list, path)))).ToArbitrary(),
            given => Task.Run(async () =>
            {
                var before = world.Upstream.Requests.Count;
                var answer = await RawRequest.GetAsync(world.Broker, given.path, $"{given.header}: forged", $"Cookie: {string.Join(';', given.list)}", $"Cookie: {world.Cookie}", "Cookie: last=1");
                if (given.path == "/api/orders" && given.list.Any(IsSession))
                {
                    // With the browser's own there are two session cookies, and the request counts as one without a session.
                    Assert.True(answer.Status == 401, answer.Text);
                    Assert.Equal(before, world.Upstream.Requests.Count);
                    return;
                }

                Assert.True(answer.Status == 200, answer.Text);
                var seen = world.Upstream.Last;
                Assert.DoesNotContain(seen.Headers, header => header.Value.ToString().Contains("forged", StringComparison.Ordinal));
                Assert.Equal(string.Join("; ", given.list.Where(cookie => cookie.StartsWith("app", StringComparison.Ordinal)).Append("last=1")), seen.Header("Cookie"));
            }).GetAwaiter().GetResult()));
    }

    [Fact]
    public async Task Where_a_request_came_from_is_told_by_the_broker_and_not_by_the_client()
    {
        await using var world = await ApiWorld.LoggedInAsync(("Broker:TrustedProxies:0", "192.0.2.1"));

        await world.SendAsync(HttpMethod.Get, "/api/orders", ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https"), ("x_forwarded_for", "203.0.113.9"));

        var seen = world.Upstream.Last;
        Assert.Equal(("127.0.0.1", BrokerServer.Authority, "http"), (seen.Header("X-Forwarded-For"), seen.Header("X-Forwarded-Host"), seen.Header("X-Forwarded-Proto")));
        Assert.False(seen.Headers.ContainsKey("x_forwarded_for"));
    }

    /// <summary>Also where the path ends like the one at which these headers are the request itself.</summary>
    [Theory]
    [InlineData("/api/orders")]
    [InlineData("/api/orders/auth/forward")]
    public async Task Where_a_request_came_from_is_told_on_as_a_trusted_proxy_says_it(string path)
    {
        await using var world = await ApiWorld.LoggedInAsync(("Broker:TrustedProxies:0", "127.0.0.1"));

        await world.SendAsync(HttpMethod.Get, path, ("X-Forwarded-For", "198.51.100.1, 203.0.113.9"), ("X-Forwarded-Host", "shop.example"), ("X-Forwarded-Proto", "https"));

        var seen = world.Upstream.Last;
        Assert.Equal(("203.0.113.9", "shop.example", "https"), (seen.Header("X-Forwarded-For"), seen.Header("X-Forwarded-Host"), seen.Header("X-Forwarded-Proto")));
        Assert.DoesNotContain(seen.Headers, header => header.Value.ToString().Contains("198.51.100.1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_operator_s_own_transforms_reach_upstream_and_a_client_cannot_forge_them()
    {
        await using var world = await ApiWorld.LoggedInAsync(
            ("ReverseProxy:Routes:orders:Transforms:0:RequestHeader", "Amazon-Advertising-API-ClientId"), ("ReverseProxy:Routes:orders:Transforms:0:Set", "amzn1.application-oa2-client.x"),
            ("ReverseProxy:Routes:orders:Transforms:1:PathRemovePrefix", "/api/orders"),
            ("ReverseProxy:Routes:orders:Transforms:2:RequestHeader", "Authorization"), ("ReverseProxy:Routes:orders:Transforms:2:Set", "Bearer other"));

        await world.SendAsync(HttpMethod.Get, "/api/orders/v2/profiles", ("amazon-advertising-api-clientid", "forged"));

        Assert.Equal("/v2/profiles", world.Upstream.Last.Target);
        Assert.Equal("amzn1.application-oa2-client.x", world.Upstream.Last.Header("Amazon-Advertising-API-ClientId"));
        Assert.Equal(await world.TokenAsync(), world.Upstream.Last.Token);
    }

    [Fact]
    public async Task Text_beyond_ASCII_goes_both_ways_as_it_came()
    {
        await using var world = await ApiWorld.LoggedInAsync();
        world.Upstream.AnswerWith(200, ("Content-Disposition", "attachment; filename=\"Grün.txt\""));

        var answer = await RawRequest.GetAsync(world.Broker, "/api/orders", $"Cookie: {world.Cookie}; app=Gr\xc3\xbcn");

        Assert.Equal(200, answer.Status);
        Assert.Equal("app=Gr\xc3\xbcn", world.Upstream.Last.Header("Cookie"));
        Assert.Contains("filename=\"Gr\xc3\xbcn.txt\"", answer.Text, StringComparison.Ordinal);
    }

    // The broker reads its session from a cookie of exactly this name, and allows spaces and tabs before it. Any other spelling is another cookie.
    private static bool IsSession(string cookie) => cookie.TrimStart(' ', '\t').StartsWith($"{Session}=", StringComparison.Ordinal);

    private static Gen<string> Spelling(params string[] names) => Gen.Elements(names).SelectMany(name => Gen.Choose(0, 1).ArrayOf(name.Length).SelectMany(upper =>
        Gen.Elements(true, false).Select(hasUnderscores => string.Concat(name.Select((letter, i) =>
            letter == '-' && hasUnderscores && !name.StartsWith("__", StringComparison.Ordinal) ? '_' : upper[i] == 1 ? char.ToUpperInvariant(letter) : char.ToLowerInvariant(letter))))));
}
