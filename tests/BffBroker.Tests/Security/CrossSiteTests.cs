using System.Net;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Security;

/// <summary>Who may use a session: by the headers that browsers send, and that scripts and forms cannot.</summary>
public sealed class CrossSiteTests(AllowedOriginsWorld shared) : IClassFixture<AllowedOriginsWorld>
{
    private const string PublicOrigin = "Origin: http://localhost:8080";
    private const string SpaOrigin = "Origin: " + AllowedOriginsWorld.Spa;
    private const string WikiOrigin = "Origin: " + AllowedOriginsWorld.Wiki;
    private const string EvilOrigin = "Origin: https://evil.example";

    [Theory]
    [InlineData("the page's own fetch, GET", true, true, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty")]
    [InlineData("the page's own fetch, POST", true, true, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors", PublicOrigin)]
    [InlineData("the page's own form under Referrer-Policy no-referrer", true, true, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: navigate", "Origin: null")]
    [InlineData("typed into the address bar", true, false, "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")]
    [InlineData("an allowed SPA's fetch, GET or POST", true, true, "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors", SpaOrigin)]
    [InlineData("an allowed SPA's fetch, from another site", true, true, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: cors", SpaOrigin)]
    [InlineData("an allowed SPA's fetch, other port", true, true, "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors", "Origin: " + AllowedOriginsWorld.OtherSpa)]
    [InlineData("an allowed SPA's fetch, older browser", true, true, SpaOrigin)]
    [InlineData("an older browser's own POST", true, true, PublicOrigin)]
    [InlineData("a client that is no browser, changing something as agreed", true, true, "X-CSRF: 1")]
    [InlineData("a client that is no browser", true, false)]
    [InlineData("a client that offers HTTP/2, as Java's does", true, false, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__")]
    [InlineData("the page's own fetch, through a proxy that offers more", true, true, "Sec-Fetch-Site: same-origin", "Connection: Upgrade", "Upgrade: TLS/1.0, h2c")]
    [InlineData("an image or script of a sibling", false, false, "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image")]
    [InlineData("an image or script of another site", false, false, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: script")]
    [InlineData("a link on another site", false, false, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")]
    [InlineData("another site's form", false, false, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", EvilOrigin)]
    [InlineData("another site's form, older browser", false, false, EvilOrigin)]
    [InlineData("another site's fetch with our header", false, false, "Sec-Fetch-Site: cross-site", EvilOrigin, "X-CSRF: 1")]
    [InlineData("a sandboxed frame", false, false, "Sec-Fetch-Site: cross-site", "Origin: null")]
    [InlineData("a sandboxed frame, older browser", false, false, "Origin: null", "X-CSRF: 1")]
    [InlineData("an origin that may only be returned to", false, false, "Sec-Fetch-Site: same-site", WikiOrigin)]
    [InlineData("a sibling without Origin", false, false, "Sec-Fetch-Site: same-site", "X-CSRF: 1")]
    [InlineData("none, with our header", true, false, "Sec-Fetch-Site: none", "X-CSRF: 1")]
    [InlineData("Sec-Fetch-Site in another case", false, false, "Sec-Fetch-Site: Same-Origin")]
    [InlineData("Sec-Fetch-Site twice", false, false, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: same-origin")]
    [InlineData("Sec-Fetch-Site as a list", false, false, "Sec-Fetch-Site: same-origin, same-origin")]
    [InlineData("Sec-Fetch-Site empty", false, false, "Sec-Fetch-Site:", "X-CSRF: 1")]
    [InlineData("Sec-Fetch-Site of a browser to come", false, false, "Sec-Fetch-Site: same-party", "X-CSRF: 1")]
    [InlineData("Origin in another case", false, false, "Origin: https://SPA.example.com", "X-CSRF: 1")]
    [InlineData("Origin twice", false, false, SpaOrigin, SpaOrigin, "X-CSRF: 1")]
    [InlineData("Origin as a list", false, false, SpaOrigin + ", https://evil.example", "X-CSRF: 1")]
    [InlineData("Origin empty", false, false, "Origin:", "X-CSRF: 1")]
    [InlineData("Origin with a path", false, false, SpaOrigin + "/", "X-CSRF: 1")]
    [InlineData("Origin with the scheme's own port", false, false, SpaOrigin + ":443", "X-CSRF: 1")]
    [InlineData("Origin that begins like an allowed one", false, false, SpaOrigin + ".evil.example", "X-CSRF: 1")]
    [InlineData("Origin of another scheme", false, false, "Origin: http://spa.example.com", "X-CSRF: 1")]
    [InlineData("X-CSRF twice", true, false, "X-CSRF: 1", "X-CSRF: 1")]
    [InlineData("X-CSRF as a list", true, false, "X-CSRF: 1, 1")]
    [InlineData("X-CSRF with another value", true, false, "X-CSRF: 0")]
    [InlineData("the Host header of another site", true, false, "X-Forwarded-Host: evil.example")]
    public async Task Only_our_own_and_allowed_origins_use_a_session(string who, bool mayRead, bool mayChange, params string[] headers)
    {
        foreach (var (method, path, isAllowed) in new[]
        {
            ("GET", "/session", mayRead), ("GET", "/me", mayRead), ("GET", "/sessions", mayRead),
            ("POST", "/logout", mayChange), ("DELETE", "/sessions", mayChange), ("DELETE", "/sessions/x", mayChange),
        })
        {
            var answer = await shared.SendAsync(method, path, headers);
            var isRefused = answer.StartsWith("HTTP/1.1 403", StringComparison.Ordinal) && answer.Contains("\"code\":\"cross_site_request\"", StringComparison.Ordinal);
            Assert.True(isAllowed != isRefused, $"{who}: {method} {path} must be {(isAllowed ? "let in" : "refused")}, and was answered {answer.Split("\r\n")[0]}");
        }
    }

    [Fact]
    public async Task Every_route_but_those_of_a_login_and_of_gateways_refuses_another_site()
    {
        await using var world = await World.StartAsync();
        string[] open = ["/login", "/login/pages.css", "/callback", "/auth/nginx", "/auth/forward"];

        foreach (var route in world.Broker.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var path = "/" + route.RoutePattern.RawText!.Trim('/').Replace("{id}", "x", StringComparison.Ordinal);
            foreach (var method in route.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Where(_ => !open.Contains(path)))
            {
                var answer = await world.Browser.SendAsync(new(method), World.At(path), headers: [("Sec-Fetch-Site", "cross-site"), ("X-CSRF", "1")]);

                Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{method} {path} is outside of the cross-site defence: map it into its group, or name it here as open. It answered {(int)answer.StatusCode}.");
                if (method != "HEAD")
                {
                    await answer.AssertProblemAsync(HttpStatusCode.Forbidden, "cross_site_request");
                }
            }
        }
    }

    [Fact]
    public async Task A_request_that_is_refused_changes_nothing()
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();

        var refused = await world.Browser.SendAsync(HttpMethod.Post, World.At("/logout"), headers: [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")]);

        Assert.Empty(refused.SetCookies());
        await world.AssertLoggedInAsync();
    }

    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    public async Task A_login_and_its_way_back_may_come_from_anywhere(string site)
    {
        foreach (var path in new[] { "/login", "/callback" })
        {
            var answer = await shared.SendAsync("GET", path, $"Sec-Fetch-Site: {site}", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document");
            Assert.DoesNotContain("cross_site_request", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("HTTP/1.1 403", answer, StringComparison.Ordinal);
        }
    }
}
