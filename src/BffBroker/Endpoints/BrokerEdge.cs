using BffBroker.Sessions;

namespace BffBroker.Endpoints;

/// <summary>The outermost layer: the headers that every answer of the broker carries, and what becomes of exceptions and of empty errors.</summary>
internal sealed partial class BrokerEdge(RequestDelegate next, PublicSite site, ILogger<BrokerEdge> logger)
{
    private static readonly TimeSpan StoreRetryAfter = TimeSpan.FromSeconds(2);

    public async Task InvokeAsync(HttpContext http)
    {
        SetHeaders(http.Response);
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (BadHttpRequestException) when (!http.Response.HasStarted)
        {
            await AnswerAsync(http, Problems.InvalidRequest);
            return;
        }
        catch (StoreUnavailableException exception) when (!http.Response.HasStarted)
        {
            Log.StoreUnavailable(logger, http.LoggedPath, exception.Message);
            await AnswerAsync(http, Problems.TemporarilyUnavailable);
            return;
        }
        catch (Exception exception) when (!http.Response.HasStarted)
        {
            Log.Failed(logger, exception, http.LoggedPath);
            await AnswerAsync(http, Problems.InternalError);
            return;
        }

        if (!http.Response.HasStarted && http.Response.ContentLength is null && http.Response.ContentType is null)
        {
            switch (http.Response.StatusCode)
            {
                case StatusCodes.Status404NotFound:
                    await Problems.Json(http, Problems.NotFound).ExecuteAsync(http);
                    break;
                case StatusCodes.Status405MethodNotAllowed:
                    await Problems.Json(http, Problems.MethodNotAllowed).ExecuteAsync(http);
                    break;
            }
        }
    }

    private Task AnswerAsync(HttpContext http, string code)
    {
        http.Response.Clear();
        SetHeaders(http.Response);
        if (code == Problems.TemporarilyUnavailable)
        {
            Problems.SetRetryAfter(http, StoreRetryAfter);
        }

        var result = http.GetEndpoint()?.Metadata.GetMetadata<AnswersWithPages>() is null
            ? Problems.Json(http, code)
            : ErrorPage.Of(http, site, code, advice: code == Problems.TemporarilyUnavailable ? "Nothing is lost: reload this page in a moment." : null);
        return result.ExecuteAsync(http);
    }

    private static void SetHeaders(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }

    private static partial class Log
    {
        [LoggerMessage(4001, LogLevel.Warning, "{Path} answered 503, and nothing is lost: {Reason} Check Redis if it stays so")]
        public static partial void StoreUnavailable(ILogger logger, string path, string reason);

        [LoggerMessage(4002, LogLevel.Error, "{Path} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string path);
    }
}
