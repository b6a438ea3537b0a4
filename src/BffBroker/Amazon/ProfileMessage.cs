using System.Text.Json;
using System.Text.Json.Serialization;
using BffBroker.Sessions;

namespace BffBroker.Amazon;

/// <summary>The members of the profile that the broker itself uses.</summary>
internal sealed record ProfileMessage(
    [property: JsonPropertyName("user_id")] string? UserId,
    [property: JsonPropertyName("name")] JsonElement Name,
    [property: JsonPropertyName("email")] JsonElement Email)
{
    // Amazon's ids have some fifty characters; what is longer is no id.
    private const int LongestUserId = 256;

    /// <summary>Null for a profile that does not say whose it is.</summary>
    public static UserIdentity? UserOf(byte[] profile)
    {
        try
        {
            return JsonSerializer.Deserialize(profile, AmazonJson.Default.ProfileMessage) is { UserId: { Length: > 0 and <= LongestUserId } userId } message
                ? new(userId, TextOf(message.Name), TextOf(message.Email))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public override string ToString() => "[profile message]";

    // A name that was cut inside a surrogate pair is no reason to turn its owner away.
    private static string? TextOf(JsonElement member)
    {
        try
        {
            return member.ValueKind == JsonValueKind.String ? member.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
