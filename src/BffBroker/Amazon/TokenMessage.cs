using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using BffBroker.OAuth;

namespace BffBroker.Amazon;

/// <summary>The success answer of the token endpoint. <c>expires_in</c> is a number, in one of Amazon's samples a string, and to RFC 6749 optional.</summary>
internal sealed record TokenMessage(
    [property: JsonPropertyName("access_token")] string? AccessToken,
    [property: JsonPropertyName("token_type")] string? TokenType,
    [property: JsonPropertyName("expires_in")] JsonElement ExpiresIn,
    [property: JsonPropertyName("refresh_token")] string? RefreshToken)
{
    private static readonly TimeSpan DocumentedLife = TimeSpan.FromSeconds(3600);

    /// <summary>Null when it is not the documented success.</summary>
    public TokenResponse? ToTokenResponse() =>
        AccessToken is not null
        && IsToken(AccessToken)
        && (string.IsNullOrEmpty(RefreshToken) || IsToken(RefreshToken))
        && string.Equals(TokenType, "bearer", StringComparison.OrdinalIgnoreCase)
            ? new(new(AccessToken), LifeOf(ExpiresIn), string.IsNullOrEmpty(RefreshToken) ? null : new RefreshToken(RefreshToken))
            : null;

    public override string ToString() => "[token message]";

    // A rotated refresh token must not be lost because its answer has no sensible life: then LWA's documented hour is taken.
    private static TimeSpan LifeOf(JsonElement expiresIn) =>
        long.TryParse(RawText(expiresIn).Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds is > 0 and < int.MaxValue
            ? TimeSpan.FromSeconds(seconds)
            : DocumentedLife;

    private static string RawText(JsonElement element) => element.ValueKind == JsonValueKind.Undefined ? "" : element.GetRawText();

    // LWA: at most 2,048 bytes. Twice that, so that a longer one does not log everybody out; visible ASCII, since it goes into a header.
    private static bool IsToken(string token) => token.Length is > 0 and <= 4096 && token.All(character => character is > ' ' and <= '~');
}
