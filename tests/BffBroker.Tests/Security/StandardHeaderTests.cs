using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

public sealed class StandardHeaderTests
{
    private const string Spa = "https://spa.example.com";

    [Theory]
    [InlineData("GET", "/session", 200)]
    [InlineData("GET", "/me", 401)]
    [InlineData("POST", "/logout", 204, "X-CSRF", "1")]
    [InlineData("POST", "/logout", 403)]
    [InlineData("GET", "/login", 302)]
    [InlineData("GET", "/login?returnUrl=//x", 400)]
    [InlineData("GET", "/callback", 400)]
    [InlineData("GET", "/login/pages.css", 200)]
    [InlineData("PUT", "/bff/login/pages.css", 405)]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/bff", 404)]
    [InlineData("GET", "/bff/session", 200)]
    [InlineData("GET", "/bff/nowhere", 404)]
    [InlineData("GET", "/bffsession", 404)]
    [InlineData("PUT", "/session", 405)]
    [InlineData("HEAD", "/session", 200)]
    [InlineData("HEAD", "/logout", 405)]
    [InlineData("TRACE", "/session", 405)]
    [InlineData("OPTIONS", "/session", 204, "Origin", Spa, "Access-Control-Request-Method", "GET")]
    [InlineData("OPTIONS", "/session", 405)]
    [InlineData("GET", "/session", 403, "Sec-Fetch-Site", "cross-site")]
    [InlineData("GET", "/session", 400, "Host", "evil.example")]
    [InlineData("GET", "/login", 400, "Host", "evil.example")]
    public async Task Every_answer_carries_the_standard_headers(string method, string path, int status, params string[] headers)
    {
        await using var world = await World.StartAsync(
            ("Broker:PublicUrl", "http://localhost:8080/bff"), ("Broker:AllowedOrigins:0", Spa), ("AllowedHosts", "localhost"));

        var answer = await world.Browser.SendAsync(new(method), World.At(path), headers: headers.Chunk(2).Select(pair => (pair[0], pair[1])));

        Assert.Equal(status, (int)answer.StatusCode);
        AssertStandard(answer);
        if (status >= 400 && method != "HEAD" && path is not ("/callback" or "/login?returnUrl=//x"))
        {
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    public async Task Refusals_for_too_many_logins_and_outages_carry_the_standard_headers()
    {
        await using var world = await World.StartAsync([("RateLimit:LoginsPerMinute", "1"), .. World.NoRedis]);
        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", new string('A', 43));
        await world.Browser.OpenAsync(World.At("/login"));

        var (limited, outage) = (await world.Browser.OpenAsync(World.At("/login")), await world.GetAsync("/session"));

        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.ServiceUnavailable), (limited.StatusCode, outage.StatusCode));
        Assert.All([limited, outage], AssertStandard);
    }

    [Theory]
    [InlineData("GET", "/health/live", 200)]
    [InlineData("GET", "/admin/users/x/sessions", 404)]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("POST", "/health/live", 405)]
    public async Task Every_answer_of_the_management_listener_carries_the_standard_headers(string method, string path, int status)
    {
        await using var world = await World.StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new(method), new Uri(world.Broker.ManagementUrl, path));

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)answer.StatusCode);
        AssertStandard(answer);
    }

    [Fact]
    public async Task A_page_may_load_and_do_next_to_nothing()
    {
        await using var world = await World.StartAsync(("RateLimit:LoginsPerMinute", "1"));
        await world.Browser.OpenAsync(World.At("/callback"));
        await world.Browser.OpenAsync(World.At("/login"));

        foreach (var page in new[] { await world.Browser.OpenAsync(World.At("/callback")), await world.Browser.OpenAsync(World.At("/login")) })
        {
            Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
            Assert.Equal(
                ["default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"],
                page.Headers.GetValues("Content-Security-Policy"));
        }
    }

    [Theory]
    [InlineData("https://app.example.com", true)]
    [InlineData("https://app.example.com:8443/bff", true)]
    [InlineData("https://localhost:8443", false)]
    [InlineData("https://app.localhost", false)]
    [InlineData("https://127.0.0.1:8443", false)]
    [InlineData("https://[::1]:8443", false)]
    [InlineData("http://localhost:8080", false)]
    public async Task HTTPS_is_for_good_where_the_public_URL_says_so(string publicUrl, bool isStrict)
    {
        await using var world = await World.StartAsync(("Broker:PublicUrl", publicUrl), ("AllowedHosts", "localhost"));

        foreach (var (path, host) in new[] { ("/session", "localhost"), ("/login", "localhost"), ("/nowhere", "localhost"), ("/me", "localhost"), ("/session", "evil.example") })
        {
            var answer = await world.Browser.SendAsync(HttpMethod.Get, World.At(path), headers: [("Host", host), ("X-Forwarded-Proto", "https")]);
            Assert.Equal(isStrict ? ["max-age=31536000"] : [], answer.Headers.TryGetValues("Strict-Transport-Security", out var values) ? values : []);
        }
    }

    [Theory]
    [InlineData("http://localhost:8080")]
    [InlineData("http://localhost:8080/bff")]
    [InlineData("https://app.example.com")]
    public async Task Every_cookie_is_for_the_whole_host_for_HTTPS_alone_and_for_no_script(string publicUrl)
    {
        await using var world = await World.StartAsync(("Broker:PublicUrl", publicUrl));
        var host = new Uri(publicUrl).Authority;

        var login = await world.Browser.SendAsync(HttpMethod.Get, World.At("/login"), headers: [("Host", host)]);
        var logout = await world.PostAsync("/logout");

        Assert.All(login.SetCookies().Concat(logout.SetCookies()), cookie => Assert.Empty(new[] { "secure", "httponly", "path=/", "samesite=lax" }.Except(cookie.Attributes)));
        Assert.Equal(2, login.SetCookies().Concat(logout.SetCookies()).Count());
    }

    private static void AssertStandard(HttpResponseMessage answer)
    {
        Assert.Equal(["no-store"], answer.Headers.GetValues("Cache-Control"));
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["no-referrer"], answer.Headers.GetValues("Referrer-Policy"));
        Assert.False(answer.Headers.Contains("Server"));
    }
}
