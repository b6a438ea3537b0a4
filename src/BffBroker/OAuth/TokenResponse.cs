namespace BffBroker.OAuth;

/// <summary>A successful access token response (RFC 6749 5.1).</summary>
/// <param name="AccessToken">To be sent as it is, never percent-encoded.</param>
/// <param name="ExpiresIn">The token's life from the moment of the answer.</param>
/// <param name="RefreshToken">Null when the answer has none: the one that was used stays good (RFC 6749 6).</param>
internal sealed record TokenResponse(AccessToken AccessToken, TimeSpan ExpiresIn, RefreshToken? RefreshToken);
