using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>One browser's login, as it is sealed into the record.</summary>
/// <param name="Granted">What the user consented to; may be less than was asked for.</param>
/// <param name="ExpiresAt">The absolute end; idleness may end it sooner.</param>
/// <param name="ForcedRefreshAt">When a token was last replaced because Amazon rejected it before its time.</param>
/// <param name="Declined">What the login asked for and did not get, or what the browser's session of before had and this one has not.</param>
/// <param name="UserAgent">As the browser called itself at the login.</param>
/// <param name="Bind">Of the companion cookie, where sibling hosts see the session cookie.</param>
internal sealed record Session(
    UserIdentity User,
    Scopes Granted,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    TokenSet Tokens,
    DateTimeOffset? ForcedRefreshAt = null,
    Scopes? Declined = null,
    string? UserAgent = null,
    BindHash? Bind = null)
{
    /// <summary>A session of a time when cookies were shared otherwise is nobody's: its key may have been seen by others, or its companion was never made.</summary>
    public bool IsBoundTo(CookieSecret? bind) => (Bind, bind) switch
    {
        (null, null) => true,
        ({ } hash, { } secret) => hash.IsOf(secret),
        _ => false,
    };

    /// <summary>How long its record is kept from now on: until it is idle for too long, or over.</summary>
    public TimeSpan RecordLife(TimeSpan idleTimeout, DateTimeOffset now) => ExpiresAt - now is var left && left < idleTimeout ? left : idleTimeout;
}
