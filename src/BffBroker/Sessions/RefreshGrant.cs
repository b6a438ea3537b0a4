using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>
/// The refresh token grant (RFC 6749 6), as the provider's client performs it. Sends the token once and may take as long as
/// <paramref name="cancellationToken"/> allows, far longer than a caller waits.
/// </summary>
internal delegate Task<TokenRequestOutcome> RefreshGrant(RefreshToken refreshToken, CancellationToken cancellationToken);
