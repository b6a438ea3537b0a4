using System.Text.Json.Serialization;
using BffBroker.Endpoints;
using BffBroker.Redis;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BffBroker.Management;

/// <summary><c>/health/live</c>: the process runs. <c>/health/ready</c>: it can serve, or which check fails.</summary>
internal sealed class HealthEndpoints(Readiness readiness)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Answer(200, new("live", [])));
        routes.MapAnswer(HttpMethods.Get, "/health/ready", ReadyAsync);
    }

    private async Task<IResult> ReadyAsync(HttpContext http) =>
        await readiness.FailuresAsync(http.RequestAborted) is { Count: > 0 } failures
            ? Answer(503, new("unready", failures) { KeyRing = KeyRingAnswer.Of(readiness.KeyRing) })
            : Answer(200, new("ready", []) { Warnings = await readiness.WarningsAsync(), KeyRing = KeyRingAnswer.Of(readiness.KeyRing) });

    private static JsonHttpResult<HealthAnswer> Answer(int status, HealthAnswer answer) =>
        TypedResults.Json(answer, HealthJson.Default.HealthAnswer, statusCode: status);
}

/// <param name="Status"><c>live</c>, <c>ready</c> or <c>unready</c>.</param>
/// <param name="Failed">The names of the failing checks.</param>
internal sealed record HealthAnswer(string Status, IReadOnlyList<string> Failed)
{
    /// <summary>What works, and should be mended all the same. Not there when there is nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>The one in Redis, as this node read it last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public KeyRingAnswer? KeyRing { get; init; }
}

/// <summary>How old the key ring is, and how old what this node knows of it.</summary>
internal sealed record KeyRingAnswer(int Keys, DateTimeOffset? NewestCreatedAt, DateTimeOffset ReadAt)
{
    public static KeyRingAnswer? Of(KeyRingState? state) => state is null ? null : new(state.Keys, state.NewestCreatedAt, state.ReadAt);
}

[JsonSerializable(typeof(HealthAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class HealthJson : JsonSerializerContext;
