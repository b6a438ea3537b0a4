using System.Diagnostics;
using BffBroker.Sessions;

namespace BffBroker.Endpoints;

/// <summary>The session of a request, by its cookie.</summary>
internal sealed class SessionAccess(PublicSite site, BrokerCookies cookies, SessionVault vault)
{
    public static readonly TimeSpan UnreadableRetryAfter = TimeSpan.FromSeconds(10);

    /// <summary>Null without usable cookies; the store is not asked then.</summary>
    /// <param name="touch">False: the request does not count as use of the session.</param>
    public async Task<SessionLookup?> FindAsync(HttpContext http, bool touch = true) =>
        cookies.SessionOf(http.Request) is { } secrets ? OrMissing(await vault.FindAsync(secrets, touch)) : null;

    /// <summary>
    /// For <c>/auth/…</c> alone: the session cookie is enough there, since a gateway that asks for a sibling host has no other. Whoever sees that
    /// cookie may know no more by it than what a gateway is told.
    /// </summary>
    public async Task<SessionLookup?> FindForGatewayAsync(HttpContext http) =>
        cookies.SessionKeyOf(http.Request) is { } key ? OrMissing(await vault.FindAsync(key)) : null;

    /// <summary>For what only a live session may do.</summary>
    public async Task<IResult> WithSessionAsync(HttpContext http, Func<OpenSession, Task<IResult>> answer) => await FindAsync(http) switch
    {
        SessionLookup.Found(var session) => await answer(session),
        SessionLookup.Unreadable => Unreadable(http),
        _ => LoginRequired(http),
    };

    /// <summary>For whom there is no token.</summary>
    public IResult Answer(HttpContext http, TokenOutcome outcome) => outcome switch
    {
        TokenOutcome.LoginRequired => LoginRequired(http),
        TokenOutcome.Unavailable(var retryAfter) => Problems.Unavailable(http, retryAfter),
        TokenOutcome.AmazonError => Problems.Json(http, Problems.AmazonError),
        TokenOutcome.Unreadable => Unreadable(http),
        _ => throw new UnreachableException(),
    };

    public IResult LoginRequired(HttpContext http) => Problems.Json(http, Problems.LoginRequired, site.LoginUrl());

    // To whoever asks it is all the same, and a session whose cookies are of another configuration is nobody's.
    private SessionLookup OrMissing(SessionLookup lookup) => lookup switch
    {
        SessionLookup.Unbound => new SessionLookup.Missing(),
        SessionLookup.Found(var session) when session.Session.Bind is not null != cookies.AreShared => new SessionLookup.Missing(),
        _ => lookup,
    };

    /// <summary>The record is kept, in case the key ring comes back; a new login is the way out if it does not.</summary>
    public IResult Unreadable(HttpContext http) => Problems.Unavailable(http, UnreadableRetryAfter, site.LoginUrl());
}
