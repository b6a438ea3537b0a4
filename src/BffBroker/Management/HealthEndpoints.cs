using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BffBroker.Management;

/// <summary><c>/health/live</c>: the process runs. <c>/health/ready</c>: it can serve, or which check fails.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes, Readiness readiness)
    {
        routes.MapGet("/health/live", () => Answer(200, "live", []));
        routes.MapGet("/health/ready", async (CancellationToken cancellationToken) =>
            await readiness.FailuresAsync(cancellationToken) is { Count: > 0 } failures ? Answer(503, "unready", failures) : Answer(200, "ready", []));
    }

    private static JsonHttpResult<HealthAnswer> Answer(int status, string word, IReadOnlyList<string> failed) =>
        TypedResults.Json(new HealthAnswer(word, failed), HealthJson.Default.HealthAnswer, statusCode: status);
}

/// <param name="Status"><c>live</c>, <c>ready</c> or <c>unready</c>.</param>
/// <param name="Failed">The names of the failing checks.</param>
internal sealed record HealthAnswer(string Status, IReadOnlyList<string> Failed);

[JsonSerializable(typeof(HealthAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class HealthJson : JsonSerializerContext;
