using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>
/// The refresh token grant (RFC 6749 6), as the provider's client performs it. Never sends a token again that may have been
/// used, and may take as long as <paramref name="cancellationToken"/> allows, far longer than a caller waits.
/// </summary>
internal delegate Task<TokenRequestOutcome> RefreshGrant(RefreshToken refreshToken, CancellationToken cancellationToken);
