using BffBroker.Sessions;

namespace BffBroker.Endpoints;

/// <summary>The session of a request, by its cookie.</summary>
internal sealed class SessionAccess(PublicSite site, BrokerCookies cookies, SessionVault vault)
{
    private static readonly TimeSpan UnreadableRetryAfter = TimeSpan.FromSeconds(10);

    /// <summary>Null without a usable cookie; the store is not asked then.</summary>
    public async Task<SessionLookup?> FindAsync(HttpContext http) =>
        cookies.SessionKeyOf(http.Request) is { } key ? await vault.FindAsync(key) : null;

    /// <summary>For what only a live session may do.</summary>
    public async Task<IResult> WithSessionAsync(HttpContext http, Func<OpenSession, Task<IResult>> answer) => await FindAsync(http) switch
    {
        SessionLookup.Found(var session) => await answer(session),
        SessionLookup.Unreadable => Unreadable(http),
        _ => LoginRequired(http),
    };

    public IResult LoginRequired(HttpContext http) => Problems.Json(http, Problems.LoginRequired, site.LoginUrl());

    /// <summary>The record is kept, in case the key ring comes back; a new login is the way out if it does not.</summary>
    public IResult Unreadable(HttpContext http) => Problems.Unavailable(http, UnreadableRetryAfter, site.LoginUrl());
}
