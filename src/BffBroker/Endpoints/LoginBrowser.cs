using BffBroker.OAuth;
using BffBroker.Sessions;

namespace BffBroker.Endpoints;

/// <summary>The browser whose login is being completed.</summary>
/// <param name="OldSession">That it has until now; a login replaces it.</param>
/// <param name="NewBind">For the companion cookie of the new session, where it needs one.</param>
/// <param name="UserAgent">For the list of the user's sessions.</param>
internal sealed record LoginBrowser(CookieSecret LoginKey, SessionSecrets? OldSession, CookieSecret? NewBind, string? UserAgent);
