using BffBroker.Limits;
using BffBroker.OAuth;
using Microsoft.Extensions.Options;

namespace BffBroker.Endpoints;

/// <summary>
/// Logins begun and navigations to the callback refused, of one client in a minute. A login that is finished by its own browser never counts, nor does a
/// request that could not begin one. What another site's page can have a browser open counts apart: it must not keep the user from logging in.
/// </summary>
internal sealed class LoginRateLimit(PublicSite site, IOptions<RateLimitOptions> options, TimeProvider clock)
{
    private readonly RateLimit _logins = new(options.Value.LoginsPerMinute, clock);
    private readonly RateLimit _loginsFromOtherSites = new(options.Value.LoginsPerMinute, clock);
    private readonly RateLimit _callbacks = new(options.Value.LoginsPerMinute, clock);

    /// <summary>Whether this request's client is over the limit of refused callbacks; does not count.</summary>
    public bool AreCallbacksUsedUp(HttpContext http) => _callbacks.WaitOf(http.Connection.RemoteIpAddress) > TimeSpan.Zero;

    /// <summary>Counts a login. Null while its client is within the limit.</summary>
    public IResult? RefuseLogin(HttpContext http) => Refuse(http, IsFromOtherSite(http.Request) ? _loginsFromOtherSites : _logins);

    /// <summary>Counts a callback that is refused anyway. Null while its client is within the limit.</summary>
    /// <param name="looksAgain">The page reloads itself after some seconds.</param>
    public IResult? RefuseCallback(HttpContext http, ReturnUrl? returnUrl, bool looksAgain) => Refuse(http, _callbacks, returnUrl, looksAgain);

    // A page can have a browser open any URL again and again, and after one click each counts as the user's. It cannot say that another page did it. Whoever
    // is refused after a click on a link elsewhere clicks again, on our own page.
    private bool IsFromOtherSite(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] is ["cross-site" or "same-site"]
        && !(Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var page) && PublicSite.OriginOf(page) is var origin && (origin == site.Origin || site.AllowedOrigins.Contains(origin)));

    private IResult? Refuse(HttpContext http, RateLimit limit, ReturnUrl? returnUrl = null, bool looksAgain = false)
    {
        var wait = limit.Take(http.Connection.RemoteIpAddress);
        if (wait == TimeSpan.Zero)
        {
            return null;
        }

        Problems.SetRetryAfter(http, wait);
        return ErrorPage.Of(http, site, Problems.RateLimited, returnUrl, looksAgain: looksAgain);
    }
}
