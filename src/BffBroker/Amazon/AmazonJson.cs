using System.Text.Json;
using System.Text.Json.Serialization;

namespace BffBroker.Amazon;

/// <summary>The error answer of every endpoint. Its description is for nobody: it may quote what was sent.</summary>
internal sealed record ErrorMessage([property: JsonPropertyName("error")] string? Error);

/// <summary>The success answer of <c>tokeninfo</c>. Its <c>exp</c> counts seconds and is no instant, so it is not read.</summary>
internal sealed record TokenInfoMessage(
    [property: JsonPropertyName("aud")] string? Audience,
    [property: JsonPropertyName("user_id")] string? UserId);

/// <summary>One scope of <c>scope_data</c>.</summary>
internal sealed record ScopeData([property: JsonPropertyName("essential")] bool Essential);

[JsonSerializable(typeof(TokenMessage))]
[JsonSerializable(typeof(ErrorMessage))]
[JsonSerializable(typeof(TokenInfoMessage))]
[JsonSerializable(typeof(ProfileMessage))]
[JsonSerializable(typeof(Dictionary<string, ScopeData>))]
internal sealed partial class AmazonJson : JsonSerializerContext;
