using System.Net;
using System.Text;
using BffBroker.Endpoints;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>The variant that passes the access token on: the shipped files with their lines for it.</summary>
public sealed class GatewayTokenTests(SharedSiteWithToken shared) : IClassFixture<SharedSiteWithToken>
{
    private readonly ProtectedSite _site = shared.Site;

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task The_application_gets_the_user_s_token_whatever_the_client_sends_in_its_place(GatewayProgram program)
    {
        using var browser = await _site.LogInAsync(program);

        using var answer = await browser.SendAsync(
            HttpMethod.Get, World.At("/service/x"), headers: [("Authorization", "Bearer forged"), (IdentityHeaders.AccessToken, "forged"), (IdentityHeaders.GatewayKey, "forged")]);

        Assert.Equal(ProtectedService.Content, await answer.TextAsync());
        Assert.StartsWith("Bearer Atza|", _site.Service.Last.Header("Authorization"), StringComparison.Ordinal);
        Assert.Empty(_site.Service.Last.ValuesOf(IdentityHeaders.AccessToken));
        Assert.Empty(_site.Service.Last.ValuesOf(IdentityHeaders.GatewayKey));
        Assert.NotNull(_site.Service.Last.Header(IdentityHeaders.User));
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task The_application_gets_one_token_however_many_a_client_sends(GatewayProgram program)
    {
        using var browser = await _site.LogInAsync(program);
        var cookie = $"Cookie: __Host-bff={browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")}";

        foreach (var values in SeveralValues.Of("Bearer forged", "Basic Zm9yZ2Vk", ""))
        {
            var before = _site.Service.Requests.Count;
            string[] headers = ["Authorization", IdentityHeaders.AccessToken, IdentityHeaders.GatewayKey];

            var answer = await RawRequest.GetAsync(
                _site.UrlOf(program), "/service/x", [cookie, .. headers.SelectMany(header => SeveralValues.Lines(header, values))]);

            if (program == GatewayProgram.Nginx && values.Length > 1)
            {
                Assert.Equal(400, answer.Status); // nginx itself takes one line of Authorization
                Assert.Equal(before, _site.Service.Requests.Count);
                continue;
            }

            Assert.Equal(200, answer.Status);
            Assert.StartsWith("Bearer Atza|", _site.Service.Last.Header("Authorization"), StringComparison.Ordinal);
            Assert.Empty(_site.Service.Last.ValuesOf(IdentityHeaders.AccessToken));
            Assert.Empty(_site.Service.Last.ValuesOf(IdentityHeaders.GatewayKey));
        }
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task A_token_that_has_ended_is_refreshed_on_the_way_and_the_cookie_stays(GatewayProgram program)
    {
        using var browser = await _site.LogInAsync(program, tokenLife: TimeSpan.FromSeconds(1));
        var end = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(1);
        _site.Amazon.Simulator.Settings.TokenLifetime = TimeSpan.FromHours(1);
        await Wait.UntilAsync(end, "the access token to die");
        var (cookie, refreshes) = (browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"), _site.Amazon.Refreshes);

        for (var request = 0; request < 3; request++)
        {
            using var answer = await browser.FetchAsync(HttpMethod.Get, World.At("/service/x"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Empty(answer.SetCookies());
        }

        Assert.Equal(cookie, browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));
        Assert.Equal(refreshes + 1, _site.Amazon.Refreshes);
        Assert.Equal(HttpStatusCode.OK, (await browser.FetchAsync(HttpMethod.Get, World.At("/me"))).StatusCode);
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task No_answer_to_a_page_carries_the_token(GatewayProgram program)
    {
        using var browser = await _site.LogInAsync(program);
        string[] paths =
        [
            "/auth/nginx", "/auth/forward", "/AUTH/nginx", "/%61uth/forward", "/_bff/check", "/_bff/sign-in", "/_bff/refusal", "/login", "/me", "/session", "/sessions", "/api/x", "/service/x", "/service/missing",
            "/members/page.html", "/members/missing", "/members/", "/", "/missing",
        ];

        foreach (var path in paths)
        {
            foreach (var headers in new (string, string)[][] { [], [(IdentityHeaders.GatewayKey, "guessed")], [("X-Forwarded-Uri", "/"), ("X-Forwarded-Host", BrokerServer.Authority)] })
            {
                using var answer = await browser.SendAsync(HttpMethod.Get, World.At(path), headers: [.. GatewayWorld.Fetch, ("Sec-Fetch-Site", "same-origin"), .. headers]);
                var text = new StringBuilder(await answer.TextAsync()).AppendJoin('\n', answer.Headers).ToString();
                Assert.DoesNotContain("Atza", text, StringComparison.Ordinal);
                Assert.DoesNotContain(answer.Headers, header => IdentityHeaders.IsOne(header.Key));
            }
        }
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task An_application_cannot_have_the_gateway_answer_in_its_place(GatewayProgram program)
    {
        using var browser = await _site.LogInAsync(program);

        foreach (var from in new[] { "/service/hand-over", "/api/service/hand-over" })
        {
            foreach (var to in new[] { "/_bff/check", "/_bff/sign-in", "/_bff/refusal", "/members/page.html" })
            {
                using var answer = await browser.FetchAsync(HttpMethod.Get, World.At($"{from}?to={to}"));
                Assert.Equal(ProtectedService.Content, await answer.TextAsync());
                Assert.DoesNotContain(answer.Headers, header => IdentityHeaders.IsOne(header.Key));
            }
        }
    }

    [Theory]
    [InlineData(GatewayProgram.Nginx)]
    [InlineData(GatewayProgram.Caddy)]
    public async Task Without_a_session_pages_go_to_the_login_and_scripts_are_told(GatewayProgram program)
    {
        using var browser = _site.NewBrowser(program);

        var visit = await browser.VisitAsync(World.At("/service/report?page=2"));
        Assert.Equal(World.At("/service/report?page=2"), visit.Url);
        Assert.Equal(ProtectedService.Content, await visit.Response.TextAsync());

        using var stranger = _site.NewBrowser(program);
        await (await stranger.FetchAsync(HttpMethod.Get, World.At("/service/x"))).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
    }
}
