using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>What a browser shows for its session.</summary>
/// <param name="Bind">
/// Where sibling hosts see the session cookie: what the companion cookie holds, which no other host sees or sets. Null where the session cookie
/// itself is bound to the host.
/// </param>
internal sealed record SessionSecrets(CookieSecret Key, CookieSecret? Bind);
