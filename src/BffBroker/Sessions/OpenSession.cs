using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>A session as it was read with its key.</summary>
/// <param name="Generation">Counts the saves of its tokens; a save names the generation it started from.</param>
/// <param name="Intent">What is known of sends of this generation's refresh token.</param>
/// <param name="IdleExpiresAt">
/// When the session ends if it is not used again, by its record as this read has left it; never after its absolute end. Null for a replaced session,
/// whose record does not tell the end of its grace.
/// </param>
internal sealed record OpenSession(
    CookieSecret Key, SessionHandle Handle, long Generation, Session Session, RefreshIntent? Intent = null, DateTimeOffset? IdleExpiresAt = null)
{
    public TokenSet Tokens => Session.Tokens;
}
