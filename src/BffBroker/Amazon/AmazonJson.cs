using System.Text.Json;
using System.Text.Json.Serialization;

namespace BffBroker.Amazon;

/// <summary>The success answer of the token endpoint. <c>expires_in</c> is a number, in one of Amazon's samples a string, and to RFC 6749 optional.</summary>
internal sealed record TokenMessage(
    [property: JsonPropertyName("access_token")] string? AccessToken,
    [property: JsonPropertyName("token_type")] string? TokenType,
    [property: JsonPropertyName("expires_in")] JsonElement ExpiresIn,
    [property: JsonPropertyName("refresh_token")] string? RefreshToken)
{
    public override string ToString() => "[token message]";
}

/// <summary>The error answer of every endpoint. Its description is for nobody: it may quote what was sent.</summary>
internal sealed record ErrorMessage([property: JsonPropertyName("error")] string? Error);

/// <summary>The success answer of <c>tokeninfo</c>. Its <c>exp</c> counts seconds and is no instant, so it is not read.</summary>
internal sealed record TokenInfoMessage(
    [property: JsonPropertyName("aud")] string? Audience,
    [property: JsonPropertyName("user_id")] string? UserId);

/// <summary>The members of the profile that the broker itself uses.</summary>
internal sealed record ProfileMessage(
    [property: JsonPropertyName("user_id")] string? UserId,
    [property: JsonPropertyName("name")] JsonElement Name,
    [property: JsonPropertyName("email")] JsonElement Email)
{
    public override string ToString() => "[profile message]";
}

/// <summary>One scope of <c>scope_data</c>.</summary>
internal sealed record ScopeData([property: JsonPropertyName("essential")] bool Essential);

[JsonSerializable(typeof(TokenMessage))]
[JsonSerializable(typeof(ErrorMessage))]
[JsonSerializable(typeof(TokenInfoMessage))]
[JsonSerializable(typeof(ProfileMessage))]
[JsonSerializable(typeof(Dictionary<string, ScopeData>))]
internal sealed partial class AmazonJson : JsonSerializerContext;
