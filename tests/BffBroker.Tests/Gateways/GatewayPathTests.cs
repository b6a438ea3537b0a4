using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>A path is decided on as the application gets it, however it is written; and one that the two could read in two ways gets nowhere.</summary>
public sealed class GatewayPathTests(SharedSite shared) : IClassFixture<SharedSite>
{
    private readonly ProtectedSite _site = shared.Site;

    public static TheoryData<string> Ambiguous =>
    [
        "//service/x", "/service//x", "/service/%2fx", "/service/%2F%2Fx", "/open/../service/x", "/open/%2e%2e/service/x", "/open/.%2E/service/x", "/open/..%2fservice/x", "/open%2f../service/x",
        "/open/..;/service/x", "/open/..;a=b/service/x", "/open/%2e%2e%3b/service/x", "/service/..", "/service/.", "/service/./x", "/service/%2e", "/service/..?y", "/service/..;",
        "/open#/../service/x", "/service#/../x", "/open%23/../service/x", "/open\\..\\service/x", "/service\\x", "/service/%5cx", "/open/%252e%252e/service/x", "/service%252fx", "/service/%00", "/open%3f/../service/x",
        "/login#/../auth/nginx", "/sessions/..%2fauth/nginx", "/sessions/..;/auth/nginx", "/api/%2e%2e/auth/nginx", "/api/..\\auth\\nginx", "/me/../auth/nginx", "//auth/nginx", "/auth//nginx", "/./auth/forward",
    ];

    /// <summary>RFC 3986 allows visible ASCII characters only. Each character here is one byte.</summary>
    public static TheoryData<string> Unreadable =>
    [
        "/service/caf\u00e9", "/service/caf\u00c3\u00a9", "/service/\u0080", "/service/\u00ff", "/service/x?q=\u00fc",
        "/service/x?q=\u00c3\u00bc", "/members/\u00e9", "/\u00e9/../service/x",
        "/service/\u0001", "/service/\u007f", "/service/x?q=\u0001", "/service/x?q=\u007f",
    ];

    public static TheoryData<string> Closed =>
    [
        "/auth", "/auth/", "/auth/nginx", "/auth/forward", "/AUTH/nginx", "/Auth/Forward", "/%61uth/nginx", "/aut%68/forward?scope=profile", "/auth/nginx/", "/auth%2fnginx", "/auth/%6eginx", "/auth/nginx?x=/service/",
    ];

    public static TheoryData<string> Plain =>
    [
        "/service/x", "/service/", "/service/a;b=c/d", "/service/a%2Fb", "/service/caf%C3%A9%20au%20lait", "/service/.well-known/x", "/service/a..b/...", "/%73ervice/x", "/service/x?y=//../%2e%2e/%23%00\\", "/service/%41/%7e/~",
    ];

    [Theory]
    [MemberData(nameof(Ambiguous))]
    public async Task What_could_be_read_in_two_ways_gets_nowhere(string target) => await AssertAllAsync(target, 400);

    /// <summary>The broker refuses a question that has such a byte in a header. nginx would take that for an outage.</summary>
    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task A_byte_that_no_URL_may_have_is_refused_as_such(string target) => await AssertAllAsync(target, 400);

    [Theory]
    [MemberData(nameof(Closed))]
    public async Task The_gateways_own_endpoints_are_closed_from_outside(string target) => await AssertAllAsync(target, 404);

    /// <summary>Below a path base, which the broker takes off where it is configured, there is only the app.</summary>
    [Theory]
    [InlineData("/bff/auth/nginx")]
    [InlineData("/_bff/auth/nginx")]
    public async Task The_gateways_own_endpoints_are_not_below_a_path_base_either(string target)
    {
        foreach (var program in Enum.GetValues<GatewayProgram>())
        {
            Assert.EndsWith(ProtectedSite.Spa, (await AskAsync(program, target, await CookieAsync(program))).Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/_bff/check")]
    [InlineData("/_bff/sign-in")]
    [InlineData("/_bff/refusal")]
    [InlineData("/%5fbff/check")]
    public async Task The_inner_places_of_nginx_are_its_own(string target) =>
        Assert.Equal(404, (await AskAsync(GatewayProgram.Nginx, target, await CookieAsync(GatewayProgram.Nginx))).Status);

    [Theory]
    [MemberData(nameof(Plain))]
    public async Task Any_other_path_goes_on_as_it_came_and_not_without_a_session(string target)
    {
        foreach (var program in Enum.GetValues<GatewayProgram>())
        {
            var before = _site.Service.Requests.Count;
            Assert.Equal(401, (await AskAsync(program, target, "Cookie: a=1")).Status);
            Assert.Equal(before, _site.Service.Requests.Count);

            Assert.Equal(200, (await AskAsync(program, target, await CookieAsync(program))).Status);
            Assert.Equal(before + 1, _site.Service.Requests.Count);
            Assert.Equal(target, _site.Service.Last.Target);
        }
    }

    private async Task AssertAllAsync(string target, int status)
    {
        foreach (var program in Enum.GetValues<GatewayProgram>())
        {
            var before = _site.Service.Requests.Count;
            foreach (var cookie in new[] { "Cookie: a=1", await CookieAsync(program) })
            {
                var answer = await AskAsync(program, target, cookie);
                Assert.Equal((program, status), (program, answer.Status));
                Assert.DoesNotContain("X-Auth-Request", answer.Text, StringComparison.OrdinalIgnoreCase);
            }

            Assert.Equal(before, _site.Service.Requests.Count);
        }
    }

    private async Task<string> CookieAsync(GatewayProgram program)
    {
        using var browser = await _site.LogInAsync(program);
        return $"Cookie: __Host-bff={browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")}";
    }

    private Task<RawAnswer> AskAsync(GatewayProgram program, string target, string cookie) => RawRequest.GetAsync(_site.UrlOf(program), target, cookie);
}
