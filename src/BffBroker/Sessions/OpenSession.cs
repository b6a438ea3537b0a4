using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>A session as it was read with its key.</summary>
/// <param name="Generation">Counts the saves of its tokens; a save names the generation it started from.</param>
/// <param name="Intent">What is known of sends of this generation's refresh token.</param>
internal sealed record OpenSession(CookieSecret Key, SessionHandle Handle, long Generation, Session Session, RefreshIntent? Intent = null)
{
    public TokenSet Tokens => Session.Tokens;
}
