using BffBroker.Amazon;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Telemetry;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace BffBroker.Endpoints;

/// <summary><c>GET /login</c>: sends the browser to Amazon. Stores nothing, and needs no Redis.</summary>
internal sealed partial class LoginEndpoint(
    PublicSite site,
    BrokerCookies cookies,
    LoginStates states,
    SessionAccess access,
    LoginRateLimit rateLimit,
    IOptionsMonitor<AmazonOptions> amazonOptions,
    BrokerMeter meter,
    ILogger<LoginEndpoint> logger)
{
    private const string CanonicalMark = "canonical";

    public void Map(IEndpointRouteBuilder routes) => routes.MapAnswer(HttpMethods.Get, "/login", BeginAsync).WithMetadata(AnswersWithPages.Instance);

    private async Task<IResult> BeginAsync(HttpContext http)
    {
        var request = http.Request;
        if (!request.IsNavigation())
        {
            return Problems.Json(http, Problems.NavigationRequired);
        }

        // The cookies are bound to the public host: a login that begins on another could never end.
        if (!site.IsHost(request.Host))
        {
            return request.Query.ContainsKey(CanonicalMark) ? HostMismatch(http) : ToPublicHost(request);
        }

        if (ReadReturnUrl(request.Query["returnUrl"]) is not { } returnUrl)
        {
            return ErrorPage.Of(http, site, Problems.InvalidReturnUrl);
        }

        // A failed login whose return URL was this one, or a gateway that hands on what its page was told. Another would begin by itself.
        if (!StringValues.IsNullOrEmpty(request.Query[ReturnUrl.LoginError]))
        {
            return ErrorPage.Of(http, site, Problems.LoginRequired, returnUrl.WithoutLoginError());
        }

        var amazon = amazonOptions.CurrentValue;
        if (ReadScopes(request.Query["scope"], amazon) is not { } extraScopes)
        {
            return ErrorPage.Of(http, site, Problems.InvalidScope, returnUrl);
        }

        // Last: what begins no login does not count, or any page could use up the limit of a whole address with pictures of this URL.
        if (rateLimit.RefuseLogin(http) is { } refusal)
        {
            return refusal;
        }

        using var span = BrokerTrace.Start("login start");
        var scopes = amazon.ScopesAtLogin.Union(extraScopes).Union((await GrantedNowAsync(http)).Intersect(amazon.ScopesThatMayBeAsked));
        var loginKey = cookies.LoginKeyOf(request) ?? CookieSecret.Create();
        var state = states.Begin(returnUrl, scopes, loginKey);

        var authorizationRequest = amazon.GetEndpoints().AuthorizationRequest(
            amazon.ClientId,
            scopes,
            amazon.EssentialOf(scopes),
            site.RedirectUri,
            await states.SealAsync(state),
            CodeVerifier.Derive(loginKey, state.Nonce));
        cookies.SetLogin(http.Response, loginKey);
        meter.LoginCounted(LoginStep.Started);
        span?.End(LoginStep.Started, isError: false);
        return new Redirect(StatusCodes.Status302Found, authorizationRequest);
    }

    private ReturnUrl? ReadReturnUrl(StringValues values) =>
        values.Count switch
        {
            0 => ReturnUrl.Root,
            1 => site.ParseReturnUrl(values[0]),
            _ => null,
        };

    private static Scopes? ReadScopes(StringValues values, AmazonOptions amazon) =>
        values.Count > 1 ? null
        : Scopes.Parse(values) is var scopes && amazon.ScopesThatMayBeAsked.Covers(scopes) ? scopes
        : null;

    // A step-up must not lose what was granted before. Without Redis the login goes on with what it names itself.
    private async Task<Scopes> GrantedNowAsync(HttpContext http)
    {
        try
        {
            return await access.FindAsync(http) is SessionLookup.Found(var session) ? session.Session.Granted : Scopes.None;
        }
        catch (StoreUnavailableException exception)
        {
            Log.GrantedScopesUnknown(logger, exception.Message);
            return Scopes.None;
        }
    }

    private Redirect ToPublicHost(HttpRequest request) =>
        new(StatusCodes.Status307TemporaryRedirect, $"{site.UrlOf("/login")}{request.QueryString.Add(CanonicalMark, "1")}");

    private IResult HostMismatch(HttpContext http) => ErrorPage.Of(http, site, Problems.HostMismatch, words: PageWords.Of(Problems.HostMismatch) with
    {
        Operator = $"Requests to {site.UrlOf("")} reach the broker with another Host header. Let the proxy in front pass the Host header unchanged "
            + "(nginx: proxy_set_header Host $http_host), or correct Broker:PublicUrl.",
    });

    private static partial class Log
    {
        [LoggerMessage(4101, LogLevel.Warning, "A login goes on without the scopes of the present session, which cannot be read: {Reason}")]
        public static partial void GrantedScopesUnknown(ILogger logger, string reason);
    }
}
