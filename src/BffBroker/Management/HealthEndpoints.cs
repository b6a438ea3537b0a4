using System.Runtime.ExceptionServices;
using System.Text.Json.Serialization;
using BffBroker.Endpoints;
using BffBroker.Redis;
using BffBroker.Sessions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BffBroker.Management;

/// <summary>
/// <c>/health/live</c>: the process runs. <c>/health/ready</c>: the result of the health checks. <c>MapHealthChecks</c> does not fit: it
/// runs all checks at once, answers every method, and reports a bug in a check as an outage.
/// </summary>
internal sealed partial class HealthEndpoints(HealthCheckService health, ILogger<HealthEndpoints> logger, SignedXmlRepository? keyRing = null)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/health/live", Routes.GetAndHead, () => Answer(200, new("live", [])));
        routes.MapAnswer(HttpMethods.Get, "/health/ready", ReadyAsync);
    }

    private async Task<IResult> ReadyAsync(HttpContext http)
    {
        var report = await health.CheckHealthAsync(HealthChecks.IsOfLifetime, http.RequestAborted);
        if (report.Status == HealthStatus.Healthy)
        {
            report = await health.CheckHealthAsync(check => !HealthChecks.IsOfLifetime(check), http.RequestAborted);
        }

        // In the order of the registrations.
        List<string> failures = [.. report.Entries.Where(entry => entry.Value.Status == HealthStatus.Unhealthy).Select(entry => entry.Key)];
        if (failures.Count > 0)
        {
            LogFailures(report);
            return Answer(503, new("unready", failures) { KeyRing = KeyRingAnswer.Of(keyRing?.State) });
        }

        List<string> warnings = [.. report.Entries.Values.Where(result => result.Status == HealthStatus.Degraded).Select(result => result.Description!)];
        return Answer(200, new("ready", []) { Warnings = warnings.Count > 0 ? warnings : null, KeyRing = KeyRingAnswer.Of(keyRing?.State) });
    }

    private void LogFailures(HealthReport report)
    {
        foreach (var (check, result) in report.Entries)
        {
            // The service catches every exception of a check. The exception handler logs a bug with its stack trace.
            if (result.Exception is not (null or StoreUnavailableException or OperationCanceledException))
            {
                ExceptionDispatchInfo.Throw(result.Exception);
            }

            // A host that starts or stops gives no reason: that is no event to log.
            if (result is { Status: HealthStatus.Unhealthy, Description: { } reason })
            {
                Log.NotReady(logger, check, reason);
            }
        }
    }

    private static JsonHttpResult<HealthAnswer> Answer(int status, HealthAnswer answer) =>
        TypedResults.Json(answer, HealthJson.Default.HealthAnswer, statusCode: status);

    private static partial class Log
    {
        [LoggerMessage(5001, LogLevel.Warning, "Not ready, {Check} fails: {Reason}")]
        public static partial void NotReady(ILogger logger, string check, string reason);
    }
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
