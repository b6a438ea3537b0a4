using System.Net;
using System.Web;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Flows;

/// <summary>A public URL with a path: some proxies strip it and some do not, and what the browser gets is the same.</summary>
public sealed class PathBaseTests
{
    private const string Login = "http://localhost:8080/bff/login";

    [Fact]
    public async Task A_login_and_the_session_after_it_work_with_the_path_base_and_without()
    {
        await using var world = await World.StartAsync(("Broker:PublicUrl", "http://localhost:8080/bff"));
        foreach (var path in new[] { "/bff/login?returnUrl=%2Fhome", "/login" })
        {
            var location = (await world.Browser.OpenAsync(World.At(path))).Headers.Location!;
            Assert.Equal("http://localhost:8080/bff/callback", HttpUtility.ParseQueryString(location.Query)["redirect_uri"]);
        }

        world.Amazon.Simulator.Clients.All[0].AddRedirectUri("http://localhost:8080/bff/callback");
        var visit = await world.Browser.VisitAsync(World.At("/bff/login?returnUrl=%2Fhome"));
        Assert.Equal("http://localhost:8080/home", visit.Url.ToString());
        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync("/bff/me")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync("/me")).StatusCode);
    }

    [Theory]
    [InlineData("/bff")]
    [InlineData("")]
    public async Task Links_and_redirects_have_the_path_base_whether_a_proxy_strips_it_or_not(string prefix)
    {
        await using var world = await World.StartAsync(("Broker:PublicUrl", "http://localhost:8080/bff"));
        world.Browser.Route("127.0.0.1:8080", world.Broker.Url);

        var me = await (await world.GetAsync(prefix + "/me")).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        var callback = await world.Browser.OpenAsync(World.At(prefix + "/callback"));
        var moved = await world.Browser.OpenAsync(new($"http://127.0.0.1:8080{prefix}/login?returnUrl=%2Fx"));

        Assert.Equal(Login, me.GetProperty("loginUrl").GetString());
        Assert.Contains($"href=\"{Login}\"", await callback.TextAsync(), StringComparison.Ordinal);
        Assert.StartsWith(Login + "?returnUrl=%2Fx&", moved.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/bffsession")]
    [InlineData("/bff/bff/session")]
    [InlineData("/other/session")]
    public async Task Nothing_else_counts_as_the_path_base(string path)
    {
        await using var world = await World.StartAsync(("Broker:PublicUrl", "http://localhost:8080/bff"));

        await (await world.GetAsync(path)).AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }
}
