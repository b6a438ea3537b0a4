using System.Net;
using System.Web;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Flows;

public sealed class LoginTests(RedisServer redis)
{
    [Fact]
    public async Task The_browser_is_sent_to_Amazon_with_a_sealed_state_and_a_challenge()
    {
        await using var world = await World.StartAsync(("Amazon:Scopes:0:Name", "profile"), ("Amazon:Scopes:1:Name", "postal_code"), ("Amazon:Scopes:1:Essential", "false"));

        var response = await world.Browser.OpenAsync(World.At("/login"));

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        var location = response.Headers.Location!;
        Assert.Equal(new Uri(world.Amazon.Url, "/ap/oa"), new Uri(location.GetLeftPart(UriPartial.Path)));
        var query = HttpUtility.ParseQueryString(location.Query);
        Assert.Equal(AmazonSimulator.SimulatedClient.DefaultId, query["client_id"]);
        Assert.Equal("profile postal_code", query["scope"]);
        Assert.Equal("""{"postal_code":{"essential":false}}""", query["scope_data"]);
        Assert.Equal("code", query["response_type"]);
        Assert.Equal("http://localhost:8080/callback", query["redirect_uri"]);
        Assert.Equal("S256", query["code_challenge_method"]);
        Assert.Equal(43, query["code_challenge"]!.Length);
        Assert.InRange(query["state"]!.Length, 100, 3000);
        Assert.Contains("scope=profile%20postal_code", location.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_voluntary_or_essential_scope_there_is_no_scope_data()
    {
        await using var world = await World.StartAsync();

        var response = await world.Browser.OpenAsync(World.At("/login"));

        Assert.DoesNotContain("scope_data", response.Headers.Location!.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_login_cookie_is_one_however_many_tabs()
    {
        await using var world = await World.StartAsync();

        var first = Assert.Single((await world.Browser.OpenAsync(World.At("/login"))).SetCookies());
        var second = Assert.Single((await world.Browser.OpenAsync(World.At("/login"))).SetCookies());

        Assert.Equal("__Host-bff-login", first.Name);
        Assert.Equal(["httponly", "max-age=600", "path=/", "samesite=lax", "secure"], first.Attributes.Order());
        Assert.Equal((first.Name, first.Value), (second.Name, second.Value));
        Assert.Equal(first.Attributes, second.Attributes);
    }

    [Fact]
    public async Task The_session_cookie_is_new_at_each_login_and_a_planted_one_dies()
    {
        await using var world = await World.StartAsync();
        var planted = new string('A', 43);
        world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", planted);

        var callback = await world.Browser.OpenAsync(await world.LogInUpToCallbackAsync());
        var cookie = Assert.Single(callback.SetCookies());
        var again = await world.Browser.OpenAsync(await world.LogInUpToCallbackAsync());

        Assert.Equal("__Host-bff", cookie.Name);
        Assert.Equal(["httponly", "max-age=604800", "path=/", "samesite=lax", "secure"], cookie.Attributes.Order());
        Assert.NotEqual(planted, cookie.Value);
        Assert.NotEqual(cookie.Value, Assert.Single(again.SetCookies()).Value);
    }

    [Fact]
    public async Task A_login_can_end_with_the_browser_and_its_session_keeps_its_limits()
    {
        await using var world = await World.StartAsync(("Session:PersistentCookie", "false"), ("Session:IdleTimeout", "01:00:00"));

        var login = Assert.Single((await world.Browser.OpenAsync(World.At("/login"))).SetCookies());
        var session = Assert.Single((await world.Browser.OpenAsync(await world.LogInUpToCallbackAsync())).SetCookies());

        Assert.Contains("max-age=600", login.Attributes); // of use for no longer, whatever becomes of the session
        Assert.Equal("__Host-bff", session.Name);
        Assert.Equal(["httponly", "path=/", "samesite=lax", "secure"], session.Attributes.Order());
        await world.AssertLoggedInAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(61));
        await world.AssertLoggedOutAsync();
        Assert.True(Assert.Single((await world.PostAsync("/logout")).SetCookies()).IsGone);
    }

    [Theory]
    [InlineData("returnUrl=%2F%2Fevil.example", "invalid_return_url")]
    [InlineData("returnUrl=https%3A%2F%2Fevil.example", "invalid_return_url")]
    [InlineData("returnUrl=", "invalid_return_url")]
    [InlineData("returnUrl=%2Fa&returnUrl=%2Fb", "invalid_return_url")]
    [InlineData("scope=alexa%3Aall", "invalid_scope")]
    [InlineData("scope=profile&scope=profile", "invalid_scope")]
    public async Task Bad_input_gets_a_page_with_the_way_out_or_a_problem_and_no_cookie(string query, string code)
    {
        await using var world = await World.StartAsync();

        var page = await world.Browser.OpenAsync(World.At("/login?" + query));
        var problem = await world.Browser.SendAsync(HttpMethod.Get, World.At("/login?" + query), headers: [("Accept", "application/json")]);

        Assert.Equal((HttpStatusCode.BadRequest, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.Contains("href=\"http://localhost:8080/login\"", await page.TextAsync(), StringComparison.Ordinal);
        await problem.AssertProblemAsync(HttpStatusCode.BadRequest, code);
        Assert.Empty(page.SetCookies().Concat(problem.SetCookies()));
    }

    [Fact]
    public async Task An_allowed_origin_may_be_returned_to()
    {
        await using var world = await World.StartAsync(("Broker:AllowedOrigins:0", "https://spa.example.com"), ("Broker:ReturnOrigins:0", "https://wiki.example.com"));

        foreach (var url in new[] { "https://spa.example.com/a?b", "https://wiki.example.com/" })
        {
            var callback = await world.LogInUpToCallbackAsync($"/login?returnUrl={Uri.EscapeDataString(url)}");
            Assert.Equal(url, (await world.Browser.OpenAsync(callback)).Headers.Location!.OriginalString);
        }
    }

    [Fact]
    public async Task On_another_host_the_login_moves_to_the_public_one_first()
    {
        await using var world = await World.StartAsync();
        world.Browser.Route("127.0.0.1:8080", world.Broker.Url);

        var moved = await world.Browser.OpenAsync(new("http://127.0.0.1:8080/login?returnUrl=%2Fx"));

        Assert.Equal(HttpStatusCode.TemporaryRedirect, moved.StatusCode);
        Assert.StartsWith("http://localhost:8080/login?returnUrl=%2Fx&", moved.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Empty(moved.SetCookies());
        Assert.Equal(HttpStatusCode.Found, (await world.Browser.OpenAsync(moved.Headers.Location)).StatusCode);
    }

    [Fact]
    public async Task A_proxy_that_rewrites_Host_gets_a_page_and_no_loop()
    {
        await using var world = await World.StartAsync();
        world.Browser.Route("127.0.0.1:8080", world.Broker.Url);
        var moved = await world.Browser.OpenAsync(new("http://127.0.0.1:8080/login"));

        var again = await world.Browser.OpenAsync(new($"http://127.0.0.1:8080{moved.Headers.Location!.PathAndQuery}"));

        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
        Assert.Equal("text/html", again.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Host", await again.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flood_of_logins_writes_nothing_to_Redis()
    {
        var prefix = $"test-{Guid.NewGuid():N}:";
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", redis.ConnectionString), ("Redis:KeyPrefix", prefix));
        await world.Browser.OpenAsync(World.At("/login"));
        var before = await redis.DumpAsync(prefix);

        for (var i = 0; i < 20; i++)
        {
            using var anonymous = world.NewBrowser();
            await anonymous.OpenAsync(World.At("/login"));
        }

        Assert.Equal(before, await redis.DumpAsync(prefix));
        Assert.DoesNotContain("used", before, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NorthAmerica", "https://www.amazon.com/ap/oa?")]
    [InlineData("Europe", "https://eu.account.amazon.com/ap/oa?")]
    [InlineData("FarEast", "https://apac.account.amazon.com/ap/oa?")]
    public async Task Each_region_has_its_own_login_page(string region, string expected)
    {
        await using var broker = await BrokerServer.StartAsync(
            new("http://127.0.0.1:1"), TimeProvider.System, ("Amazon:Region", region), ("Amazon:AuthorizationEndpoint", ""), ("Amazon:ApiBaseUrl", ""));
        using var browser = new Browser().Route(BrokerServer.Authority, broker.Url);

        Assert.StartsWith(expected, (await browser.OpenAsync(World.At("/login"))).Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://[::1]:8080", "http://[::1]:8080/callback")]
    [InlineData("https://b\u00fccher.example", "https://xn--bcher-kva.example/callback")]
    [InlineData("https://app.example.com:443/", "https://app.example.com/callback")]
    public async Task The_redirect_URI_is_written_as_browsers_write_it(string publicUrl, string redirectUri)
    {
        await using var world = await World.StartAsync(("Broker:PublicUrl", publicUrl));

        var login = await world.Browser.SendAsync(HttpMethod.Get, new(world.Broker.Url, "/login"), headers: [("Host", new Uri(redirectUri).Authority)]);

        Assert.Equal(redirectUri, HttpUtility.ParseQueryString(login.Headers.Location!.Query)["redirect_uri"]);
    }
}
