using System.Text.Json.Serialization;
using BffBroker.Sessions;

namespace BffBroker.Endpoints;

/// <summary><c>/sessions</c>: the live sessions of the same user, over all browsers, listed and ended.</summary>
internal sealed class SessionsEndpoint(SessionAccess access, UserSessions users)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapAnswer(HttpMethods.Get, "/sessions", ListAsync);
        routes.MapAnswer(HttpMethods.Delete, "/sessions", EndOthersAsync);
        routes.MapAnswer(HttpMethods.Delete, "/sessions/{id}", EndAsync);
    }

    private Task<IResult> ListAsync(HttpContext http) => access.WithSessionAsync(http, async session =>
        SessionsAnswer.Json(await users.ListAsync(session.Session.User.UserId), session.Handle));

    private Task<IResult> EndOthersAsync(HttpContext http) => access.WithSessionAsync(http, async session =>
    {
        if (http.Request.Path.Value is [.., '/'])
        {
            // Routing takes it for the same. A page that lost the id of the one it meant must not end all of them.
            return Problems.Json(http, Problems.NotFound);
        }

        await users.EndOthersAsync(session, SessionEndReason.EndedByUser);
        return TypedResults.NoContent();
    });

    private Task<IResult> EndAsync(HttpContext http) => access.WithSessionAsync(http, async session =>
        SessionHandle.Parse((string?)http.GetRouteValue("id")) is { } handle && await users.EndAsync(session.Session.User.UserId, handle, SessionEndReason.EndedByUser)
            ? TypedResults.NoContent()
            : Problems.Json(http, Problems.NotFound));
}

/// <summary>A user's sessions, the newest first.</summary>
internal sealed record SessionsAnswer(IEnumerable<SessionsAnswer.Entry> Sessions)
{
    /// <param name="current">The one that asks, if it is one of them.</param>
    public static IResult Json(IEnumerable<LiveSession> sessions, SessionHandle? current) => TypedResults.Json(
        new(sessions.Select(session => new Entry(
            session.Handle.Value, session.CreatedAt.WholeSeconds(), session.LastSeenAt.WholeSeconds(), session.UserAgent, session.Handle == current))),
        SessionsJson.Default.SessionsAnswer);

    internal sealed record Entry(string Id, DateTime CreatedAt, DateTime LastSeenAt, string? UserAgent, bool Current);
}

[JsonSerializable(typeof(SessionsAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class SessionsJson : JsonSerializerContext;
