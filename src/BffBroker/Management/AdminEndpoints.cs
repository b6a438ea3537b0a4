using BffBroker.Endpoints;
using BffBroker.Limits;
using BffBroker.Sessions;
using BffBroker.Settings;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace BffBroker.Management;

/// <summary><c>/admin</c>: any user's sessions, listed and ended. For whoever has the admin key; without a configured one there is no such endpoint.</summary>
internal sealed partial class AdminEndpoints(
    UserSessions users, IOptionsMonitor<ManagementOptions> options, TimeProvider clock, ILogger<AdminEndpoints> logger) : IEndpointFilter
{
    private const string Scheme = "Bearer ";
    private const int FailuresPerMinute = 10;

    private readonly RateLimit _failures = new(FailuresPerMinute, clock);

    public void Map(IEndpointRouteBuilder routes)
    {
        var admin = routes.MapGroup("/admin").AddEndpointFilter(this);
        admin.MapAnswer(HttpMethods.Get, "/users/{user_id}/sessions", ListAsync);
        admin.MapAnswer(HttpMethods.Delete, "/users/{user_id}/sessions", EndUsersAsync);
        admin.MapAnswer(HttpMethods.Delete, "/sessions", EndEverybodysAsync);
    }

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (options.CurrentValue.AdminKey is not { Length: > 0 } key)
        {
            return Problems.Json(http, Problems.NotFound);
        }

        var client = http.Connection.RemoteIpAddress;
        if (_failures.WaitOf(client) is var wait && wait > TimeSpan.Zero)
        {
            Problems.SetRetryAfter(http, wait);
            return Problems.Json(http, Problems.RateLimited);
        }

        if (http.Request.Headers.Authorization is [{ } given]
            && given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && SharedKey.IsSame(given[Scheme.Length..].Trim(), key))
        {
            return HasDotSegment(http) ? Problems.Json(http, Problems.InvalidRequest) : await next(context);
        }

        _ = _failures.Take(client);
        Log.Refused(logger);
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return Problems.Json(http, Problems.AdminKeyRequired);
    }

    private async Task<IResult> ListAsync(HttpContext http) => SessionsAnswer.Json(await users.ListAsync(UserIdOf(http)), current: null);

    private async Task<IResult> EndUsersAsync(HttpContext http)
    {
        await users.EndAllAsync(UserIdOf(http), SessionEndReason.EndedByAdmin);
        return TypedResults.NoContent();
    }

    private async Task<IResult> EndEverybodysAsync(HttpContext http)
    {
        Log.EndingEverybodys(logger);
        await users.EndEverybodyAsync(SessionEndReason.EndedByAdmin, http.RequestAborted);
        return TypedResults.NoContent();
    }

    // The server takes dot segments out of a path, encoded ones too: the sessions of the user ".." would be those of everybody.
    private static bool HasDotSegment(HttpContext http) =>
        http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0].Split('/')
            .Any(segment => segment.Replace("%2E", ".", StringComparison.OrdinalIgnoreCase) is "." or "..");

    // The server decodes a path but for its slashes.
    private static string UserIdOf(HttpContext http) =>
        ((string)http.GetRouteValue("user_id")!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static partial class Log
    {
        [LoggerMessage(5101, LogLevel.Warning, "An admin call without the admin key was refused")]
        public static partial void Refused(ILogger logger);

        [LoggerMessage(5102, LogLevel.Warning, "An admin ends everybody's sessions")]
        public static partial void EndingEverybodys(ILogger logger);
    }
}
