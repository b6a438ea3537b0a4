namespace BffBroker.Endpoints;

/// <summary>
/// The outermost layer, before the framework's own filter of hosts (<c>AllowedHosts</c>), which stands before all that <c>UseBroker</c> adds:
/// the standard headers, problem JSON for errors that come without a body, and a refusal of requests whose end two servers could see in two places.
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
            if (HasTwoEnds(http.Request))
            {
                http.Response.StatusCode = StatusCodes.Status400BadRequest;
                http.Response.Headers.Connection = "close";
            }
            else
            {
                await next(http);
            }
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

    // RFC 9112 6.1, 6.3. Kestrel goes by the chunks, and moves a Content-Length beside them to a header of its own.
    private static bool HasTwoEnds(HttpRequest request) =>
        request.Headers.TransferEncoding.Count > 0 && (request.Headers.ContainsKey("X-Content-Length") || HttpProtocol.IsHttp10(request.Protocol));

    private static string? CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => Problems.InvalidRequest,
        StatusCodes.Status404NotFound => Problems.NotFound,
        StatusCodes.Status405MethodNotAllowed => Problems.MethodNotAllowed,
        _ => null,
    };
}
