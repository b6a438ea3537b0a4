using System.Security.Cryptography;

namespace AmazonSimulator;

/// <summary>The grant type <c>refresh_token</c>.</summary>
internal sealed class TokenRefresh(Simulator simulator)
{
    private static readonly RefreshMode[] Drawn =
        [RefreshMode.SameToken, RefreshMode.NewTokenOldGood, RefreshMode.NewTokenOldDies, RefreshMode.NoTokenInAnswer];

    public TokenDecision Decide(TokenRequest request, ClientAuthentication caller)
    {
        // Whoever was given a refresh token had a secret then.
        if (caller is not ClientAuthentication.Proven { Client: var client })
        {
            return Refuse(ErrorResponse.InvalidClient(simulator.Settings.InvalidClientAs400));
        }

        if (request["refresh_token"] is not { } text)
        {
            return Refuse(ErrorResponse.Missing("refresh_token"));
        }

        if (simulator.Tokens.FindRefreshToken(text) is not { } token || token.Grant.ClientId != client.Id
            || !simulator.Grants.IsAlive(token.Grant))
        {
            return Refuse(ErrorResponse.InvalidGrant("refresh_token"));
        }

        var mode = simulator.Settings.RefreshMode;
        mode = mode is RefreshMode.Random ? Drawn[RandomNumberGenerator.GetInt32(Drawn.Length)] : mode;
        // Of two refreshes at once only one can be the one that retires the token.
        return token.IsRetired || (mode is RefreshMode.NewTokenOldDies && !token.TryRetire())
            ? RefuseReuse(token)
            : new TokenDecision.Issued(simulator.Tokens.IssueAccessToken(token.Grant), NextToken(mode, text, token.Grant));
    }

    private string? NextToken(RefreshMode mode, string current, Grant grant) => mode switch
    {
        RefreshMode.SameToken => current,
        RefreshMode.NoTokenInAnswer => null,
        _ => simulator.Tokens.IssueRefreshToken(grant),
    };

    private TokenDecision.Refused RefuseReuse(RefreshToken token)
    {
        if (simulator.Settings.ReuseDetection)
        {
            token.Grant.Kill();
        }

        return Refuse(ErrorResponse.InvalidGrant("refresh_token"));
    }

    private static TokenDecision.Refused Refuse(ErrorResponse error) => new(error);
}
