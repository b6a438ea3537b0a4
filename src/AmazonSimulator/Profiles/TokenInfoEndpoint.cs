using System.Text.Json.Nodes;

namespace AmazonSimulator;

/// <summary><c>GET /auth/o2/tokeninfo</c>: whom a token was issued to.</summary>
internal static class TokenInfoEndpoint
{
    // Routing does not mind the case of `O2`, the other spelling that is met.
    public static void MapTokenInfo(this IEndpointRouteBuilder routes) => routes.MapGet(
        "/auth/o2/tokeninfo",
        (HttpContext http, Simulator simulator, ApiCalls calls) => calls.ServeAsync(http, Operation.TokenInfo, () => Answer(http, simulator)));

    private static ApiAnswer Answer(HttpContext http, Simulator simulator)
    {
        if (http.Request.Query["access_token"] is not [{ Length: > 0 } text])
        {
            return ResourceAnswers.Refused(simulator.Settings, ErrorResponse.Missing("access_token"), http.TraceIdentifier);
        }

        if (simulator.Tokens.FindValid(text) is not { } token)
        {
            return ResourceAnswers.Refused(simulator.Settings, ErrorResponse.InvalidToken, http.TraceIdentifier);
        }

        return ResourceAnswers.Found(new()
        {
            ["aud"] = token.Grant.ClientId,
            ["user_id"] = token.Grant.UserId,
            ["iss"] = "https://www.amazon.com",
            // Seconds that remain, unlike the `exp` of a JWT; `iat` is an instant as usual.
            ["exp"] = (long)(token.ExpiresAt - simulator.Clock.Now).TotalSeconds,
            ["app_id"] = token.Grant.AppId,
            ["iat"] = token.IssuedAt.ToUnixTimeSeconds(),
        });
    }
}
