namespace BffBroker.Endpoints;

/// <summary>
/// The outermost layer, before the framework's own filter of hosts (<c>AllowedHosts</c>), which stands before all that <c>UseBroker</c> adds:
/// the standard headers, and problem JSON for errors that come without a body.
/// </summary>
internal sealed class StandardAnswers(StandardHeaders headers) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(AnswerAsync);
        next(app);
    };

    private async Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        headers.Set(http.Response);
        try
        {
            await next(http);
        }
        finally
        {
            RequestSpan.Describe(http);
        }

        if (!http.Response.HasStarted && http.Response.ContentLength is null && http.Response.ContentType is null && CodeOf(http.Response.StatusCode) is { } code)
        {
            await Problems.Json(http, code).ExecuteAsync(http);
        }
    }

    private static string? CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => Problems.InvalidRequest,
        StatusCodes.Status404NotFound => Problems.NotFound,
        StatusCodes.Status405MethodNotAllowed => Problems.MethodNotAllowed,
        _ => null,
    };
}
