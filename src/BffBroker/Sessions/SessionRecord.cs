using System.Text.Json.Serialization;
using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>The sealed content of a record, format 1. Instants are Unix milliseconds.</summary>
internal sealed record SessionRecord(
    string UserId,
    string? Name,
    string? Email,
    string Scopes,
    long CreatedAt,
    long ExpiresAt,
    string AccessToken,
    string? RefreshToken,
    long TokenObtainedAt,
    long TokenExpiresAt,
    long? ForcedRefreshAt,
    string? Declined,
    string? UserAgent,
    string? Bind)
{
    public static SessionRecord From(Session session) => new(
        session.User.UserId,
        session.User.Name,
        session.User.Email,
        session.Granted.ToString(),
        session.CreatedAt.ToUnixTimeMilliseconds(),
        session.ExpiresAt.ToUnixTimeMilliseconds(),
        session.Tokens.AccessToken.Value,
        session.Tokens.RefreshToken?.Value,
        session.Tokens.ObtainedAt.ToUnixTimeMilliseconds(),
        session.Tokens.ExpiresAt.ToUnixTimeMilliseconds(),
        session.ForcedRefreshAt?.ToUnixTimeMilliseconds(),
        session.Declined?.ToString(),
        session.UserAgent,
        session.Bind?.Value);

    public Session ToSession() => new(
        new(UserId, Name, Email),
        OAuth.Scopes.Parse(Scopes),
        Instant(CreatedAt),
        Instant(ExpiresAt),
        new(new(AccessToken), RefreshToken is null ? null : new RefreshToken(RefreshToken), Instant(TokenObtainedAt), Instant(TokenExpiresAt)),
        ForcedRefreshAt is { } forced ? Instant(forced) : null,
        Declined is null ? null : OAuth.Scopes.Parse(Declined),
        UserAgent,
        Bind is null ? null : new BindHash(Bind));

    public override string ToString() => "[session record]";

    private static DateTimeOffset Instant(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}

[JsonSerializable(typeof(SessionRecord))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class SessionRecordJson : JsonSerializerContext;
