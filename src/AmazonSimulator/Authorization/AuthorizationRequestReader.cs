using System.Text;
using System.Text.Json;

namespace AmazonSimulator;

/// <summary>Reads and checks the query of <c>/ap/oa</c>.</summary>
internal sealed class AuthorizationRequestReader(Simulator simulator)
{
    private static readonly string[] Parameters =
        ["client_id", "redirect_uri", "response_type", "scope", "scope_data", "state", "code_challenge", "code_challenge_method"];

    public AuthorizationOutcome Read(HttpRequest http)
    {
        var query = http.Query;
        // A client or redirect URI that is named twice is no better than an unknown one.
        if (query["client_id"] is not [{ } clientId] || Encoding.UTF8.GetByteCount(clientId) > SimulatedClient.MaxIdLength
            || simulator.Clients.Find(clientId) is not { } client)
        {
            return new AuthorizationOutcome.Stopped("No client is registered under this client_id.");
        }

        if (query["redirect_uri"] is not [{ } redirectUri] || !client.RedirectUris.Contains(redirectUri)
            || !RedirectUriRule.MayBeRegistered(redirectUri))
        {
            return new AuthorizationOutcome.Stopped("The redirect_uri is not among the Allowed Return URLs of this client.");
        }

        var request = new AuthorizationRequest(clientId, redirectUri, RawQuery.Value(http.QueryString, "state"));
        return Array.Find(Parameters, name => query[name].Count > 1) is { } twice
            ? Invalid(request, twice)
            : ReadRest(client, request, name => query[name] is [{ Length: > 0 } value] ? value : null);
    }

    private AuthorizationOutcome ReadRest(SimulatedClient client, AuthorizationRequest request, Func<string, string?> parameter)
    {
        // `token`, the implicit grant, is closed to new clients.
        if (parameter("response_type") is not "code")
        {
            return parameter("response_type") is null
                ? Missing(request, "response_type")
                : new AuthorizationOutcome.SentBack(request, "unsupported_response_type", "The response type is not supported");
        }

        if (parameter("scope")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not { Length: > 0 } scopes)
        {
            return Missing(request, "scope");
        }

        if (!scopes.All(client.MayAskFor))
        {
            return simulator.Settings.UnknownScopeAsPage
                ? new AuthorizationOutcome.Stopped("An unknown scope was requested.")
                : new AuthorizationOutcome.SentBack(request, "invalid_scope", "An unknown scope was requested");
        }

        var challenge = parameter("code_challenge");
        var method = parameter("code_challenge_method");
        if (challenge is null ? method is not null : !CodeChallenge.IsWellFormed(challenge, method))
        {
            return Invalid(request, challenge is null ? "code_challenge" : "code_challenge_method");
        }

        return ReadVoluntary(parameter("scope_data")) is { } voluntary
            ? new AuthorizationOutcome.Accepted(request with
            {
                Scopes = [.. scopes.Distinct(StringComparer.Ordinal).Select(scope => new RequestedScope(scope, !voluntary.Contains(scope)))],
                Challenge = challenge is null ? null : new(challenge, method == CodeChallenge.S256),
            })
            : Invalid(request, "scope_data");
    }

    /// <summary>The scopes marked <c>"essential": false</c>; null if this is not the JSON it should be.</summary>
    private static HashSet<string>? ReadVoluntary(string? scopeData)
    {
        try
        {
            using var json = JsonDocument.Parse(scopeData ?? "{}");
            return [.. json.RootElement.EnumerateObject()
                .Where(scope => scope.Value.TryGetProperty("essential", out var essential) && !essential.GetBoolean())
                .Select(scope => scope.Name)];
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static AuthorizationOutcome.SentBack Missing(AuthorizationRequest request, string parameter) =>
        new(request, "invalid_request", ErrorResponse.Missing(parameter).Description);

    private static AuthorizationOutcome.SentBack Invalid(AuthorizationRequest request, string parameter) =>
        new(request, "invalid_request", ErrorResponse.Invalid(parameter).Description);
}
