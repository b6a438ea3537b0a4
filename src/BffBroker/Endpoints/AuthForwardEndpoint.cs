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
            return check.Refuse(http, proxies.Networks.Count == 0 ? Problems.GatewayNotConfigured : Problems.UntrustedProxy);
        }

        if (ForwardedRequest.Parse(http.Request, site.Scheme) is not { } asked)
        {
            return Problems.Json(http, Problems.InvalidRequest);
        }

        // A login there would never end: its pages do not see the cookie.
        if (!site.SeesSession(asked.Origin))
        {
            return check.Refuse(http, Problems.UnknownHost);
        }

        switch (await check.DecideAsync(http))
        {
            case GatewayOutcome.Allowed(var user, var accessToken):
                IdentityHeaders.Set(http.Response, user, accessToken);
                return TypedResults.Ok();

            case GatewayOutcome.Unauthenticated:
                return ToLogin(http, asked);

            case GatewayOutcome.Forbidden(var code, var missing):
                return Problems.Json(http, code, missing is null ? null : site.LoginUrl(missing.Intersect(amazonOptions.CurrentValue.ScopesThatMayBeAsked)));

            case GatewayOutcome.Unavailable(var retryAfter):
                return Problems.Unavailable(http, retryAfter);

            case GatewayOutcome.AmazonError:
                return Problems.Json(http, Problems.AmazonError);

            case GatewayOutcome.Unreadable:
                return access.Unreadable(http);

            default:
                throw new UnreachableException();
        }
    }

    private IResult ToLogin(HttpContext http, ForwardedRequest asked)
    {
        if (!IsNavigation(http.Request, asked.Method))
        {
            return access.LoginRequired(http);
        }

        // A login that failed never leads to another by itself, nor does one that the browser would not show for.
        var returnUrl = asked.ReturnUrlAt(site);
        return asked.HasLoginError ? ErrorPage.Of(http, site, Problems.LoginRequired, returnUrl.WithoutLoginError())
            : cookies.HasSeveralSessions(http.Request) ? ErrorPage.Of(http, site, Problems.LoginRequired, returnUrl, PageWords.SeveralSessions)
            : new Redirect(StatusCodes.Status302Found, site.LoginUrl(returnUrl: returnUrl));
    }

    // A program that does not tell its mode wants an answer, not a login page.
    private static bool IsNavigation(HttpRequest request, string method) =>
        (HttpMethods.IsGet(method) || HttpMethods.IsHead(method))
        && request.IsNavigation() // the login refuses all else
        && (request.HasFetchMode() || request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase));

    private static bool IsOwn(PathString path) => path.StartsWithSegments(Path, out var rest) && rest.Value is (null or "" or "/");
}
