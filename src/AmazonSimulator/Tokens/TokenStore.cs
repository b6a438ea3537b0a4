namespace AmazonSimulator;

/// <summary>The tokens that were issued, by hash.</summary>
internal sealed class TokenStore(SimulatorSettings settings, SimulatorClock clock, GrantLedger grants)
{
    private readonly BoundedStore<AccessToken> _accessTokens = new(500_000);
    private readonly BoundedStore<RefreshToken> _refreshTokens = new(500_000);

    public string IssueAccessToken(Grant grant)
    {
        var text = TokenText.NewAccessToken(settings.AccessTokenLength);
        _accessTokens.Add(TokenText.Hash(text), new(grant, clock.Now, clock.Now + settings.TokenLifetime));
        return text;
    }

    public string IssueRefreshToken(Grant grant)
    {
        var text = TokenText.NewRefreshToken(settings.RefreshTokenLength);
        _refreshTokens.Add(TokenText.Hash(text), new(grant));
        return text;
    }

    /// <summary>Null for a token that is unknown, expired, revoked or killed: Amazon does not tell them apart either.</summary>
    public AccessToken? FindValid(string accessToken) =>
        _accessTokens.Find(TokenText.Hash(accessToken)) is { } found && clock.Now < found.ExpiresAt && !found.Grant.IsKilled
        && !(settings.RevocationKillsAccessTokens && grants.IsRevoked(found.Grant))
            ? found
            : null;

    public RefreshToken? FindRefreshToken(string refreshToken) => _refreshTokens.Find(TokenText.Hash(refreshToken));

    public void Clear()
    {
        _accessTokens.Clear();
        _refreshTokens.Clear();
    }
}
