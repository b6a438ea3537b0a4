using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Flows;

/// <summary>A login that fails at Amazon, or after it, ends where it was to return to, with <c>login_error</c>.</summary>
public sealed class FailedLoginTests
{
    private static readonly Dictionary<string, (Operation Operation, Fault Fault, string LoginError)> Troubles = new()
    {
        ["code invalid_grant"] = (Operation.CodeExchange, Fault.OAuthError(400, "invalid_grant", "x"), "login_failed"),
        ["code 503"] = (Operation.CodeExchange, Fault.HtmlUnavailable, "temporarily_unavailable"),
        ["code reset"] = (Operation.CodeExchange, Fault.Reset, "temporarily_unavailable"),
        ["code invalid_client"] = (Operation.CodeExchange, Fault.OAuthError(401, "invalid_client", "x"), "temporarily_unavailable"),
        ["code html"] = (Operation.CodeExchange, Fault.Status(200, "<html>", "text/html"), "login_failed"),
        ["code no access_token"] = (Operation.CodeExchange, Fault.NoAccessToken, "login_failed"),
        ["code token_type"] = (Operation.CodeExchange, Fault.WrongTokenType, "login_failed"),
        ["code oversize"] = (Operation.CodeExchange, Fault.Oversize, "login_failed"),
        ["tokeninfo foreign audience"] = (Operation.TokenInfo, Fault.ForeignAudience, "login_failed"),
        ["tokeninfo foreign user"] = (Operation.TokenInfo, Fault.ForeignUser, "login_failed"),
        ["tokeninfo 500"] = (Operation.TokenInfo, Fault.ServerError(), "temporarily_unavailable"),
        ["profile foreign user"] = (Operation.Profile, Fault.ForeignUser, "login_failed"),
        ["profile without user_id"] = (Operation.Profile, Fault.MissingUserId, "login_failed"),
        ["profile 503"] = (Operation.Profile, Fault.Status(503, retryAfter: TimeSpan.FromMinutes(1)), "temporarily_unavailable"),
        ["profile html"] = (Operation.Profile, Fault.Status(200, "<html>", "text/html"), "login_failed"),
    };

    public static TheoryData<string> TroubleNames => [.. Troubles.Keys];

    [Theory]
    [InlineData("access_denied", "access_denied")]
    [InlineData("temporarily_unavailable", "temporarily_unavailable")]
    [InlineData("server_error", "temporarily_unavailable")]
    [InlineData("invalid_scope", "login_failed")]
    [InlineData("unauthorized_client", "login_failed")]
    [InlineData("%3Cscript%3E", "login_failed")]
    public async Task An_error_of_Amazon_s_goes_back_to_the_page_in_our_words_and_uses_the_state_up(string error, string loginError)
    {
        await using var world = await World.StartAsync();
        var state = (await world.LogInUpToCallbackAsync("/login?returnUrl=%2Fx%3Fy%3D1%23z")).State();

        var response = await world.Browser.OpenAsync(World.At($"/callback?error_description=a+b&state={state}&error={error}"));

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal($"/x?y=1&login_error={loginError}#z", response.Headers.Location?.OriginalString);
        Assert.Empty(response.SetCookies());

        var again = await world.Browser.SendAsync(HttpMethod.Get, World.At($"/callback?code=ANabcdefghijklmnopqr&state={state}"), headers: [("Accept", "application/json")]);
        await again.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_state");
        Assert.Equal(0, world.Amazon.CodeExchanges);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_login_that_is_cancelled_or_fails_leaves_the_session_of_before(bool isCancelled)
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();
        var cookie = world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff");
        var callback = await world.LogInUpToCallbackAsync();
        world.Amazon.Simulator.Faults.Enqueue(Operation.CodeExchange, Fault.OAuthError(400, "invalid_grant", "x"));

        var response = await world.Browser.OpenAsync(isCancelled ? World.At($"/callback?error=access_denied&state={callback.State()}") : callback);

        Assert.Equal($"/?login_error={(isCancelled ? "access_denied" : "login_failed")}", response.Headers.Location?.OriginalString);
        Assert.Equal(cookie, world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));
        await world.AssertLoggedInAsync();
    }

    [Theory]
    [MemberData(nameof(TroubleNames))]
    public async Task Trouble_after_the_state_ends_the_login_without_a_session(string trouble)
    {
        await using var world = await World.StartAsync();
        var (operation, fault, loginError) = Troubles[trouble];
        world.Amazon.Simulator.Faults.Enqueue(operation, fault);

        var response = await world.Browser.OpenAsync(await world.LogInUpToCallbackAsync());

        Assert.Equal($"/?login_error={loginError}", response.Headers.Location?.OriginalString);
        Assert.Empty(response.SetCookies());
        Assert.Equal(1, world.Amazon.CodeExchanges);
        await world.AssertLoggedOutAsync();
    }
}
