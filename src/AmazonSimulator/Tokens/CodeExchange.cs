namespace AmazonSimulator;

/// <summary>The grant type <c>authorization_code</c>.</summary>
internal sealed class CodeExchange(Simulator simulator)
{
    public TokenDecision Decide(TokenRequest request, ClientAuthentication caller)
    {
        var (client, hasSecret) = caller switch
        {
            ClientAuthentication.Proven proven => (proven.Client, true),
            ClientAuthentication.Unproven unproven => (unproven.Client, false),
            _ => throw new ArgumentException("A rejected caller exchanges nothing.", nameof(caller)),
        };

        if (request["code"] is not { } text)
        {
            return Refuse(ErrorResponse.Missing("code"));
        }

        if (request["redirect_uri"] is not { } redirectUri)
        {
            return Refuse(ErrorResponse.Missing("redirect_uri"));
        }

        var code = simulator.Codes.Find(text);
        return code is null || code.Grant.ClientId != client.Id
            || simulator.Clock.Now >= code.ExpiresAt || !simulator.Grants.IsAlive(code.Grant)
                ? Refuse(ErrorResponse.InvalidGrant("code"))
            : code.RedirectUri != redirectUri ? Refuse(ErrorResponse.InvalidGrant("redirect_uri"))
            : !hasSecret && code.Challenge is null ? Refuse(ErrorResponse.InvalidClient(simulator.Settings.InvalidClientAs400))
            : !IsVerified(code, request["code_verifier"]) ? Refuse(ErrorResponse.InvalidGrant("code"))
            : Redeem(code, hasSecret);
    }

    // A verifier without a challenge is the trace of a request that was tampered with (RFC 9700 4.8.2).
    private static bool IsVerified(AuthorizationCode code, string? verifier) =>
        code.Challenge is null ? verifier is null : verifier is not null && code.Challenge.IsMetBy(verifier);

    private TokenDecision Redeem(AuthorizationCode code, bool hasSecret)
    {
        if (!code.TryUse())
        {
            if (simulator.Settings.CodeReplayKillsGrant)
            {
                code.Grant.Kill();
            }

            return Refuse(ErrorResponse.InvalidGrant("code"));
        }

        // A browser-only app, which has no secret, gets no refresh token.
        return new TokenDecision.Issued(
            simulator.Tokens.IssueAccessToken(code.Grant), hasSecret ? simulator.Tokens.IssueRefreshToken(code.Grant) : null);
    }

    private static TokenDecision.Refused Refuse(ErrorResponse error) => new(error);
}
