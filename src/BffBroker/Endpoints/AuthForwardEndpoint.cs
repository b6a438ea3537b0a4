using System.Diagnostics;
using BffBroker.Amazon;
using BffBroker.OAuth;
using Microsoft.Extensions.Options;

namespace BffBroker.Endpoints;

/// <summary>
/// <c>GET /auth/forward</c>, for Traefik's ForwardAuth and Caddy's <c>forward_auth</c>. What is not 200 goes to the browser as it is: so a page is
/// sent to the login, and a script is told.
/// </summary>
internal sealed class AuthForwardEndpoint(
    PublicSite site, TrustedProxies proxies, BrokerCookies cookies, GatewayCheck check, SessionAccess access, IOptionsMonitor<AmazonOptions> amazonOptions)
{
    public const string Path = "/auth/forward";

    public void Map(IEndpointRouteBuilder routes) => routes.MapAnswer(HttpMethods.Get, Path, AnswerAsync).WithMetadata(AskedAllTheTime.Instance);

    /// <summary>Before routing, with or without the path base. No other path: of an API the client chooses how it ends.</summary>
    public static bool IsAskedFor(HttpRequest request, PublicSite site) =>
        IsOwn(request.Path) || (request.Path.StartsWithSegments(site.PathBase, out var rest) && IsOwn(rest));

    private async Task<IResult> AnswerAsync(HttpContext http)
    {
        if (!PeerTrust.IsTrusted(http))
        {
            return Refuse(http, proxies.Networks.Count == 0 ? Problems.GatewayNotConfigured : Problems.UntrustedProxy);
        }

        if (ForwardedRequest.Parse(http.Request, site.Scheme) is not { } asked)
        {
            return Error(http, Problems.InvalidRequest);
        }

        // A login there would never end: its pages do not see the cookie.
        if (!site.SeesSession(asked.Origin))
        {
            return Refuse(http, Problems.UnknownHost);
        }

        switch (await check.DecideAsync(http))
        {
            case GatewayOutcome.Allowed(var user, var accessToken):
                IdentityHeaders.Set(http.Response, user, accessToken);
                return TypedResults.Ok();

            case GatewayOutcome.Unauthenticated:
                return ToLogin(http, asked);

            case GatewayOutcome.Forbidden(var code, null):
                return Error(http, code);

            case GatewayOutcome.Forbidden(var code, var missing):
                var scopes = missing.Intersect(amazonOptions.CurrentValue.ScopesThatMayBeAsked);
                return IsForPerson(http.Request) ? ErrorPage.Of(http, site, code, asked.ReturnUrlAt(site), scopes: scopes) : Problems.Json(http, code, site.LoginUrl(scopes));

            case GatewayOutcome.Unavailable(var retryAfter):
                Problems.SetRetryAfter(http, retryAfter);
                return Error(http, Problems.TemporarilyUnavailable);

            case GatewayOutcome.AmazonError:
                return Error(http, Problems.AmazonError);

            case GatewayOutcome.Unreadable:
                Problems.SetRetryAfter(http, SessionAccess.UnreadableRetryAfter);
                return IsForPerson(http.Request)
                    ? ErrorPage.Of(http, site, Problems.TemporarilyUnavailable, asked.ReturnUrlAt(site), PageWords.UnreadableSession)
                    : access.Unreadable(http);

            default:
                throw new UnreachableException();
        }
    }

    private IResult Refuse(HttpContext http, string code)
    {
        check.CountRefusal(code);
        return Error(http, code);
    }

    // Where no login helps.
    private IResult Error(HttpContext http, string code) => IsForPerson(http.Request) ? ErrorPage.Of(http, site, code) : Problems.Json(http, code);

    private IResult ToLogin(HttpContext http, ForwardedRequest asked)
    {
        if (!IsForPerson(http.Request))
        {
            return access.LoginRequired(http);
        }

        // What was sent is not passed on, and a redirect would drop it without a word.
        var returnUrl = asked.ReturnUrlAt(site);
        if (!HttpMethods.IsGet(asked.Method) && !HttpMethods.IsHead(asked.Method))
        {
            return ErrorPage.Of(http, site, Problems.LoginRequired, returnUrl, PageWords.NothingSent);
        }

        // A login that failed never leads to another by itself, nor does one that the browser would not show for.
        return asked.HasLoginError ? ErrorPage.Of(http, site, Problems.LoginRequired, returnUrl.WithoutLoginError())
            : cookies.HasSeveralSessions(http.Request) ? ErrorPage.Of(http, site, Problems.LoginRequired, returnUrl, PageWords.SeveralSessions)
            : new Redirect(StatusCodes.Status302Found, site.LoginUrl(returnUrl: returnUrl));
    }

    // A program that does not tell its mode wants an answer, not a login page. Of what is no navigation, the login refuses all.
    private static bool IsForPerson(HttpRequest request) =>
        request.IsNavigation() && (request.HasFetchMode() || request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase));

    private static bool IsOwn(PathString path) => path.StartsWithSegments(Path, out var rest) && rest.Value is (null or "" or "/");
}
