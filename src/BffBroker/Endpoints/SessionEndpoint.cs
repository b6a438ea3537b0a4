using System.Text.Json.Serialization;
using BffBroker.Sessions;

namespace BffBroker.Endpoints;

/// <summary><c>GET /session</c>: what the broker knows about this browser's login. Never calls Amazon.</summary>
internal sealed class SessionEndpoint(SessionAccess access)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapAnswer(HttpMethods.Get, "/session", GetAsync).WithMetadata(AskedAllTheTime.Instance);

    private async Task<IResult> GetAsync(HttpContext http)
    {
        if (TouchOf(http.Request) is not { } touch)
        {
            return Problems.Json(http, Problems.InvalidRequest, detail: "touch must be true or false, and given once.");
        }

        return await access.FindAsync(http, touch) switch
        {
            SessionLookup.Found(var session) => TypedResults.Json(Describe(session), SessionJson.Default.SessionAnswer),
            SessionLookup.Unreadable => access.Unreadable(http),
            _ => TypedResults.Json(new(Authenticated: false), SessionJson.Default.SessionAnswer),
        };
    }

    // A page that watches a session must not keep it alive.
    private static bool? TouchOf(HttpRequest request) => request.Query["touch"] switch
    {
        [] or ["true"] => true,
        ["false"] => false,
        _ => null,
    };

    private static SessionAnswer Describe(OpenSession session) => new(
        Authenticated: true,
        session.Handle.Value,
        new(session.Session.User.UserId, session.Session.User.Name, session.Session.User.Email),
        session.Session.Granted,
        session.Session.CreatedAt.WholeSeconds(),
        session.Session.ExpiresAt.WholeSeconds(),
        session.IdleExpiresAt?.WholeSeconds(),
        session.Tokens.ObtainedAt > session.Session.CreatedAt ? session.Tokens.ObtainedAt.WholeSeconds() : null,
        session.Session.Declined is { IsEmpty: false } declined ? declined : null);
}

/// <summary>The answer of <c>/session</c>; anonymous, it has its first member only.</summary>
/// <param name="IdleExpiresAt">When the session ends unless it is used again. Left out for a session that a newer login of its browser has replaced.</param>
/// <param name="RefreshedAt">When the broker last got new tokens for it. Not there before the first time.</param>
/// <param name="DeclinedScopes">What the login asked for and did not get, what the browser had before included. Not there when there is none.</param>
internal sealed record SessionAnswer(
    bool Authenticated,
    string? Id = null,
    SessionUser? User = null,
    IEnumerable<string>? Scopes = null,
    DateTime? CreatedAt = null,
    DateTime? ExpiresAt = null,
    DateTime? IdleExpiresAt = null,
    DateTime? RefreshedAt = null,
    IEnumerable<string>? DeclinedScopes = null);

/// <summary>Amazon's names; a member whose scope was not granted is left out.</summary>
internal sealed record SessionUser([property: JsonPropertyName("user_id")] string UserId, string? Name, string? Email)
{
    public override string ToString() => "[user]";
}

[JsonSerializable(typeof(SessionAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class SessionJson : JsonSerializerContext;
