using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>One browser's login, as it is sealed into the record.</summary>
/// <param name="Granted">What the user consented to; may be less than was asked for.</param>
/// <param name="ExpiresAt">The absolute end; idleness may end it sooner.</param>
/// <param name="ForcedRefreshAt">When a token was last replaced because Amazon rejected it before its time.</param>
/// <param name="Declined">What the login asked for and did not get, or what the browser's session of before had and this one has not.</param>
/// <param name="UserAgent">As the browser called itself at the login.</param>
internal sealed record Session(
    UserIdentity User,
    Scopes Granted,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    TokenSet Tokens,
    DateTimeOffset? ForcedRefreshAt = null,
    Scopes? Declined = null,
    string? UserAgent = null);
