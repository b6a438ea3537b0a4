using Serilog;
using Serilog.Events;

namespace BffBroker.Endpoints;

/// <summary>One line a request: its method, the endpoint's pattern, status and time, and the id that a problem names as <c>traceId</c>.</summary>
internal static class RequestLog
{
    public static void UseRequestLog(this WebApplication app) => app.UseSerilogRequestLogging(options =>
    {
        options.Logger = app.Services.GetRequiredService<Serilog.ILogger>();
        options.GetLevel = LevelOf;
        options.EnrichDiagnosticContext = (line, http) => line.Set("RequestId", http.TraceIdentifier);
        options.GetMessageTemplateProperties = (http, _, milliseconds, status) =>
        [
            new("RequestMethod", new ScalarValue(http.Request.Method)),
            new("RequestPath", new ScalarValue(http.LoggedPath)),
            new("StatusCode", new ScalarValue(status)),
            new("Elapsed", new ScalarValue(milliseconds)),
        ];
    });

    // A line for each would cost a fifth of the requests that a node can answer: docs/performance.md.
    private static LogEventLevel LevelOf(HttpContext http, double milliseconds, Exception? exception) => http.Response.StatusCode switch
    {
        _ when exception is not null => LogEventLevel.Error,
        >= StatusCodes.Status500InternalServerError => LogEventLevel.Error,
        < StatusCodes.Status400BadRequest or StatusCodes.Status401Unauthorized when http.GetEndpoint()?.Metadata.GetMetadata<AskedAllTheTime>() is not null => LogEventLevel.Debug,
        _ => LogEventLevel.Information,
    };
}
