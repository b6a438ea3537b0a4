using System.Text.Json.Nodes;

namespace AmazonSimulator;

/// <summary><c>GET /user/profile</c>: what the granted scopes reveal.</summary>
internal static class ProfileEndpoint
{
    public static void MapProfile(this IEndpointRouteBuilder routes) => routes.MapGet(
        "/user/profile",
        (HttpContext http, Simulator simulator, ApiCalls calls) => calls.ServeAsync(http, Operation.Profile, () => Answer(http, simulator)));

    private static ApiAnswer Answer(HttpContext http, Simulator simulator)
    {
        if (PresentedToken.In(http.Request) is not { } text)
        {
            return ResourceAnswers.Refused(simulator.Settings, ErrorResponse.Missing("access_token"), http.TraceIdentifier);
        }

        if (simulator.Tokens.FindValid(text) is not { Grant: var grant })
        {
            return ResourceAnswers.Refused(simulator.Settings, ErrorResponse.InvalidToken, http.TraceIdentifier);
        }

        return grant.Scopes.Any(scope => KnownScopes.OfProfile.Contains(scope))
            ? ResourceAnswers.Found(MembersFor(grant))
            : ResourceAnswers.Refused(simulator.Settings, ErrorResponse.InsufficientScope, http.TraceIdentifier);
    }

    /// <summary>What was not granted, or is not known, is absent; nothing is null.</summary>
    private static JsonObject MembersFor(Grant grant)
    {
        var members = new JsonObject { ["user_id"] = grant.UserId };
        if (grant.Scopes.Contains(KnownScopes.Profile))
        {
            members["name"] = grant.Customer.Name;
            if (grant.Customer.Email is { } email)
            {
                members["email"] = email;
            }
        }

        if (grant.Scopes.Contains(KnownScopes.PostalCode) && grant.Customer.PostalCode is { } postalCode)
        {
            members["postal_code"] = postalCode;
        }

        return members;
    }
}
