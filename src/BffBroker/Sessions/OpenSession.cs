using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>A session as it was read with its key.</summary>
/// <param name="Generation">Counts the saves of its tokens; a save names the generation it started from.</param>
internal sealed record OpenSession(CookieSecret Key, SessionHandle Handle, long Generation, Session Session)
{
    public TokenSet Tokens => Session.Tokens;
}
