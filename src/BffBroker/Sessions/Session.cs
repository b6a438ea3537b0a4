using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>One browser's login, as it is sealed into the record.</summary>
/// <param name="Granted">What the user consented to; may be less than was asked for.</param>
/// <param name="ExpiresAt">The absolute end; idleness may end it sooner.</param>
/// <param name="ForcedRefreshAt">When a token was last replaced because Amazon rejected it before its time.</param>
internal sealed record Session(
    UserIdentity User,
    Scopes Granted,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    TokenSet Tokens,
    DateTimeOffset? ForcedRefreshAt = null);
