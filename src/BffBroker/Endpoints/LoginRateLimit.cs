using BffBroker.Limits;
using BffBroker.OAuth;
using Microsoft.Extensions.Options;

namespace BffBroker.Endpoints;

/// <summary>Logins begun and navigations to the callback refused, of one client in a minute. A login that is finished by its own browser never counts, nor does a request that could not begin one.</summary>
internal sealed class LoginRateLimit(PublicSite site, IOptions<RateLimitOptions> options, TimeProvider clock)
{
    private readonly RateLimit _limit = new(options.Value.LoginsPerMinute, clock);

    /// <summary>Whether this request's client is over the limit; does not count.</summary>
    public bool IsUsedUp(HttpContext http) => _limit.WaitOf(http.Connection.RemoteIpAddress) > TimeSpan.Zero;

    /// <summary>Counts this request. Null while its client is within the limit.</summary>
    /// <param name="looksAgain">The page reloads itself after some seconds.</param>
    public IResult? Refuse(HttpContext http, ReturnUrl? returnUrl = null, bool looksAgain = false)
    {
        var wait = _limit.Take(http.Connection.RemoteIpAddress);
        if (wait == TimeSpan.Zero)
        {
            return null;
        }

        Problems.SetRetryAfter(http, wait);
        return http.Request.IsNavigation()
            ? ErrorPage.Of(http, site, Problems.RateLimited, returnUrl, looksAgain: looksAgain)
            : Problems.Json(http, Problems.RateLimited);
    }
}
