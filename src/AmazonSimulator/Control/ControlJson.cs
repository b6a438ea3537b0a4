using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AmazonSimulator;

/// <summary>The dialect of the control API: camel case, enums by name, durations in seconds, unknown names refused.</summary>
internal static class ControlJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false), new SecondsConverter() },
    };

    public static JsonHttpResult<T> Ok<T>(T value) => TypedResults.Json(value, Options);

    public static JsonHttpResult<Dictionary<string, string>> Problem(string error, int status = StatusCodes.Status400BadRequest) =>
        TypedResults.Json(new Dictionary<string, string> { ["error"] = error }, Options, statusCode: status);

    /// <summary>Runs an action on the body, whatever content type curl gave it. What the body gets wrong becomes a 400 that says so.</summary>
    public static async Task<IResult> WithBodyAsync<T>(HttpRequest request, Func<T, IResult> action)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, Options, request.HttpContext.RequestAborted) is { } body
                ? action(body)
                : Problem("The body is a JSON object.");
        }
        catch (JsonException malformed)
        {
            return Problem(malformed.Message);
        }
    }
}
