using System.Diagnostics;

namespace AmazonSimulator;

/// <summary><c>POST /auth/o2/token</c>.</summary>
internal static class TokenEndpoint
{
    public static void MapToken(this IEndpointRouteBuilder routes) => routes.MapPost("/auth/o2/token", ServeAsync);

    private static async Task ServeAsync(HttpContext http, Simulator simulator, ApiCalls calls, CancellationToken cancellationToken)
    {
        var request = await TokenRequest.ReadAsync(http.Request, simulator.Settings.AcceptJsonBodies, cancellationToken);
        await calls.ServeAsync(http, Operation.TokenFor(request?["grant_type"]), () => Answer(request, http, simulator));
    }

    private static ApiAnswer Answer(TokenRequest? request, HttpContext http, Simulator simulator) =>
        Decide(request, http.Request.Headers.Authorization.ToString(), simulator) switch
        {
            TokenDecision.Issued issued => TokenAnswers.Issued(simulator.Settings, issued.AccessToken, issued.RefreshToken),
            TokenDecision.Refused refused => TokenAnswers.Refused(simulator.Settings, refused.Error, http.TraceIdentifier),
            _ => throw new UnreachableException(),
        };

    private static TokenDecision Decide(TokenRequest? request, string authorization, Simulator simulator)
    {
        if (request is null || request.HasDuplicates)
        {
            return new TokenDecision.Refused(ErrorResponse.Malformed);
        }

        if (request["grant_type"] is not { } grantType)
        {
            return new TokenDecision.Refused(ErrorResponse.Missing("grant_type"));
        }

        var caller = ClientAuthentication.Of(request, authorization, simulator);
        return (grantType, caller) switch
        {
            (_, ClientAuthentication.Rejected rejected) => new TokenDecision.Refused(rejected.Error),
            ("authorization_code", _) => new CodeExchange(simulator).Decide(request, caller),
            ("refresh_token", _) => new TokenRefresh(simulator).Decide(request, caller),
            // Amazon knows these, for other kinds of clients.
            ("client_credentials" or "device_code", _) => new TokenDecision.Refused(ErrorResponse.UnauthorizedClient),
            _ => new TokenDecision.Refused(ErrorResponse.UnsupportedGrantType),
        };
    }
}
