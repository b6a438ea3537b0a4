using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AmazonSimulator;

/// <summary>The parameters of a token request. An empty one counts as absent (RFC 6749 3.2).</summary>
internal sealed class TokenRequest(IReadOnlyDictionary<string, StringValues> parameters)
{
    // RFC 6749 3.2: parameters must not be sent more than once.
    public bool HasDuplicates => parameters.Values.Any(values => values.Count > 1);

    public string? this[string name] => parameters.TryGetValue(name, out var values) && values is [{ Length: > 0 } value] ? value : null;

    /// <summary>Null if the body is not of the type it says, or not of a type that is read here.</summary>
    public static async Task<TokenRequest?> ReadAsync(HttpRequest http, bool acceptJson, CancellationToken cancellationToken)
    {
        var type = MediaTypeHeaderValue.TryParse(http.ContentType, out var parsed) ? parsed.MediaType.ToString() : "";
        try
        {
            return type switch
            {
                _ when type.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) =>
                    new((await http.ReadFormAsync(cancellationToken)).ToDictionary(StringComparer.Ordinal)),
                _ when acceptJson && type.Equals("application/json", StringComparison.OrdinalIgnoreCase) =>
                    new(await ReadJsonAsync(http, cancellationToken)),
                _ => null,
            };
        }
        catch (Exception malformed) when (malformed is InvalidDataException or JsonException or BadHttpRequestException)
        {
            return null;
        }
    }

    private static async Task<Dictionary<string, StringValues>> ReadJsonAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        var members = await JsonSerializer.DeserializeAsync<Dictionary<string, string>>(http.Body, cancellationToken: cancellationToken);
        return members?.ToDictionary(member => member.Key, member => new StringValues(member.Value), StringComparer.Ordinal) ?? [];
    }
}
