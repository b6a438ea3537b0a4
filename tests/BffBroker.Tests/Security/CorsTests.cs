using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>Answers that a script of another origin may read: with credentials, and for allowed origins alone.</summary>
public sealed class CorsTests(AllowedOriginsWorld shared) : IClassFixture<AllowedOriginsWorld>
{
    private static readonly string[] Everything = ["/session", "/me", "/logout", "/sessions", "/sessions/x", "/login", "/callback", "/nowhere"];

    [Theory]
    [InlineData("GET", "/session", 200)]
    [InlineData("GET", "/me", 401)]
    [InlineData("POST", "/logout", 204)]
    [InlineData("DELETE", "/sessions/x", 401)]
    [InlineData("PUT", "/session", 405)]
    [InlineData("GET", "/nowhere", 404)]
    public async Task An_allowed_origin_may_read_every_answer_errors_included(string method, string path, int status)
    {
        foreach (var origin in new[] { AllowedOriginsWorld.Spa, AllowedOriginsWorld.OtherSpa })
        {
            var answer = await SendAsync(method, path, ("Origin", origin));

            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal([origin], Cors(answer, "Allow-Origin"));
            Assert.Equal(["true"], Cors(answer, "Allow-Credentials"));
            Assert.Equal(["Retry-After"], Cors(answer, "Expose-Headers"));
        }
    }

    [Fact]
    public async Task An_allowed_origin_may_read_an_outage_and_when_to_try_again()
    {
        await using var world = await World.StartAsync([("Broker:AllowedOrigins:0", AllowedOriginsWorld.Spa), .. World.NoRedis]);
        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", new string('A', 43));

        var answer = await world.Browser.SendAsync(HttpMethod.Get, World.At("/session"), headers: [("Origin", AllowedOriginsWorld.Spa)]);

        await answer.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.Equal([AllowedOriginsWorld.Spa], Cors(answer, "Allow-Origin"));
        Assert.Equal(["Retry-After"], Cors(answer, "Expose-Headers"));
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task An_allowed_origin_may_read_that_the_broker_failed()
    {
        var clock = new BreakableClock();
        await using var broker = await BrokerServer.StartAsync(new("http://127.0.0.1:1"), clock, ("Broker:AllowedOrigins:0", AllowedOriginsWorld.Spa));
        using var browser = new Browser().Route(BrokerServer.Authority, broker.Url);
        browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", new string('A', 43));
        clock.IsBroken = true;

        var answer = await browser.SendAsync(HttpMethod.Get, World.At("/session"), headers: [("Origin", AllowedOriginsWorld.Spa)]);

        await answer.AssertProblemAsync(HttpStatusCode.InternalServerError, "internal_error");
        Assert.Equal([AllowedOriginsWorld.Spa], Cors(answer, "Allow-Origin"));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://spa.example.com.evil.example")]
    [InlineData("https://SPA.example.com")]
    [InlineData("http://spa.example.com")]
    [InlineData(AllowedOriginsWorld.Wiki)]
    [InlineData("null")]
    [InlineData("*")]
    [InlineData("")]
    public async Task No_other_origin_reads_anything(string origin)
    {
        foreach (var path in Everything)
        {
            AssertNoCors(await SendAsync("GET", path, ("Origin", origin)));
            AssertNoCors(await SendAsync("OPTIONS", path, ("Origin", origin), ("Access-Control-Request-Method", "GET")));
            AssertNoCors(await SendAsync("OPTIONS", path, ("Origin", origin), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "x-csrf")));
        }
    }

    [Fact]
    public async Task Two_Origin_headers_are_none()
    {
        var answer = await shared.SendAsync("GET", "/session", "Origin: " + AllowedOriginsWorld.Spa, "Origin: " + AllowedOriginsWorld.Spa);

        Assert.DoesNotContain("Access-Control-", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Nobody_reads_anything_where_no_origin_is_allowed()
    {
        await using var world = await World.StartAsync(("Broker:ReturnOrigins:0", AllowedOriginsWorld.Wiki));

        foreach (var origin in new[] { AllowedOriginsWorld.Wiki, BrokerServer.PublicUrl.GetLeftPart(UriPartial.Authority) })
        {
            AssertNoCors(await world.Browser.SendAsync(HttpMethod.Get, World.At("/session"), headers: [("Origin", origin)]));
            var preflight = await world.Browser.SendAsync(HttpMethod.Options, World.At("/session"), headers: [("Origin", origin), ("Access-Control-Request-Method", "GET")]);
            AssertNoCors(preflight);
            await preflight.AssertProblemAsync(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        }
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Logins_callbacks_and_gateway_checks_are_never_for_scripts(string method)
    {
        foreach (var path in new[] { "/login", "/login/", "/LOGIN", "/callback", "/callback?code=x", "/auth/nginx", "/auth/forward" })
        {
            AssertNoCors(await SendAsync(method, path, ("Origin", AllowedOriginsWorld.Spa)));
            var preflight = await SendAsync("OPTIONS", path, ("Origin", AllowedOriginsWorld.Spa), ("Access-Control-Request-Method", method));
            AssertNoCors(preflight);
            Assert.Equal((path, HttpStatusCode.MethodNotAllowed), (path, preflight.StatusCode));
        }
    }

    [Theory]
    [InlineData("/session", "GET")]
    [InlineData("/me", "GET")]
    [InlineData("/logout", "POST")]
    [InlineData("/sessions", "GET")]
    [InlineData("/sessions", "DELETE")]
    [InlineData("/sessions/x", "DELETE")]
    public async Task A_preflight_names_the_method_that_is_there_and_the_two_headers(string path, string method)
    {
        var answer = await SendAsync(
            "OPTIONS", path, ("Origin", AllowedOriginsWorld.Spa), ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", "content-type,x-csrf"),
            ("Sec-Fetch-Site", "same-site"), ("Sec-Fetch-Mode", "cors"));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal([AllowedOriginsWorld.Spa], Cors(answer, "Allow-Origin"));
        Assert.Equal(["true"], Cors(answer, "Allow-Credentials"));
        Assert.Equal([method], Cors(answer, "Allow-Methods"));
        Assert.Equal(["X-CSRF,Content-Type"], Cors(answer, "Allow-Headers"));
        Assert.Equal(["7200"], Cors(answer, "Max-Age"));
        Assert.Empty(answer.SetCookies());
    }

    [Theory]
    [InlineData("/session", "DELETE")]
    [InlineData("/logout", "GET")]
    [InlineData("/me", "PUT")]
    [InlineData("/nowhere", "GET")]
    public async Task A_preflight_for_what_is_not_there_gets_no_leave(string path, string method)
    {
        var answer = await SendAsync("OPTIONS", path, ("Origin", AllowedOriginsWorld.Spa), ("Access-Control-Request-Method", method));

        await answer.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Empty(Cors(answer, "Allow-Methods"));
    }

    [Theory]
    [InlineData]
    [InlineData("Origin", AllowedOriginsWorld.Spa)]
    [InlineData("Access-Control-Request-Method", "GET")]
    [InlineData("Origin", "https://evil.example", "Access-Control-Request-Method", "GET")]
    [InlineData("Origin", "http://localhost:8080", "Access-Control-Request-Method", "GET", "Sec-Fetch-Site", "same-origin")]
    public async Task OPTIONS_is_otherwise_a_method_like_any_that_is_not_there(params string[] headers)
    {
        var answer = await SendAsync("OPTIONS", "/session", [.. headers.Chunk(2).Select(pair => (pair[0], pair[1]))]);

        await answer.AssertProblemAsync(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow);
        Assert.Empty(Cors(answer, "Allow-Methods"));
    }

    [Theory]
    [InlineData("GET", "/session", null)]
    [InlineData("GET", "/session", AllowedOriginsWorld.Spa)]
    [InlineData("GET", "/session", "https://evil.example")]
    [InlineData("GET", "/me", AllowedOriginsWorld.OtherSpa)]
    [InlineData("POST", "/logout", null)]
    [InlineData("PUT", "/me", AllowedOriginsWorld.Spa)]
    [InlineData("GET", "/nowhere", AllowedOriginsWorld.Spa)]
    [InlineData("OPTIONS", "/me", AllowedOriginsWorld.Spa)]
    public async Task Every_answer_says_what_it_depends_on(string method, string path, string? origin)
    {
        var answer = await SendAsync(method, path, [.. origin is null ? Array.Empty<(string, string)>() : [("Origin", origin)], ("Access-Control-Request-Method", "GET")]);

        Assert.Equal(["Cookie", "Origin", "Sec-Fetch-Site"], answer.Headers.Vary);
    }

    private Task<HttpResponseMessage> SendAsync(string method, string path, params (string Name, string Value)[] headers) =>
        shared.World.Browser.SendAsync(new(method), World.At(path), headers: headers);

    private static IEnumerable<string> Cors(HttpResponseMessage answer, string header) =>
        answer.Headers.TryGetValues("Access-Control-" + header, out var values) ? values : [];

    private static void AssertNoCors(HttpResponseMessage answer) =>
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));

    private sealed class BreakableClock : TimeProvider
    {
        public bool IsBroken { get; set; }

        public override DateTimeOffset GetUtcNow() => IsBroken ? throw new InvalidOperationException("Broken.") : base.GetUtcNow();
    }
}
