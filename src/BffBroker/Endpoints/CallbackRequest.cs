using BffBroker.OAuth;
using Microsoft.Extensions.Primitives;

namespace BffBroker.Endpoints;

/// <summary>The authorization response as it came (RFC 6749 4.1.2): exactly one of <c>code</c> and <c>error</c>.</summary>
internal sealed record CallbackRequest(AuthorizationCode? Code, string? Error, Scopes? Granted)
{
    private static readonly string[] Parameters = ["code", "error", "error_description", "error_uri", "scope", "state"];

    /// <summary>Null for a malformed one: a parameter twice, both or neither of <c>code</c> and <c>error</c>, a code that cannot be one.</summary>
    public static CallbackRequest? Parse(IQueryCollection query)
    {
        if (Parameters.Any(name => query[name].Count > 1))
        {
            return null;
        }

        var code = AuthorizationCode.Parse(query["code"]);
        var error = query["error"];
        var hasCode = query.ContainsKey("code");
        var hasError = error is [{ Length: > 0 }];
        return hasCode != query.ContainsKey("error") && (code is not null || hasError)
            ? new(code, error, ReadScopes(query["scope"]))
            : null;
    }

    // Amazon may leave it out, which says nothing about what was granted.
    private static Scopes? ReadScopes(StringValues scope) => Scopes.Parse(scope) is { IsEmpty: false } scopes ? scopes : null;

    public override string ToString() => "[callback request]";
}
