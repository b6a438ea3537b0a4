using BffBroker.Limits;
using BffBroker.Sessions;

namespace BffBroker.Endpoints;

/// <summary>What becomes of exceptions, and of requests for which there is no room.</summary>
internal sealed partial class BrokerEdge(RequestDelegate next, PublicSite site, StandardHeaders headers, RequestMemory memory, ILogger<BrokerEdge> logger)
{
    private const string ApiPath = "/api";

    public async Task InvokeAsync(HttpContext http)
    {
        ConnectionLimits.HasAsked(http.Features);

        // At /auth/forward the address is the gateway's own.
        var client = PeerTrust.IsTrusted(http) && AuthForwardEndpoint.IsAskedFor(http.Request, site) ? null : http.Connection.RemoteIpAddress;
        long? measured = null;
        try
        {
            if (IsUnder(http.Request, ApiPath)) // which is counted where its route is known
            {
                await next(http);
            }
            else if (memory.TryEnter(http.Request, client, out var bytes))
            {
                measured = bytes;
                await next(http);
            }
            else
            {
                await RefuseAsync(http);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (BadHttpRequestException exception) when (!http.Response.HasStarted)
        {
            await AnswerAsync(http, CodeOf(exception));
        }
        catch (StoreUnavailableException exception) when (!http.Response.HasStarted)
        {
            Log.StoreUnavailable(logger, http.LoggedPath, exception.Message);
            await AnswerAsync(http, Problems.TemporarilyUnavailable);
        }
        catch (Exception exception) when (!http.Response.HasStarted)
        {
            Log.Failed(logger, exception, http.LoggedPath);
            await AnswerAsync(http, Problems.InternalError);
        }
        finally
        {
            if (measured is { } bytes)
            {
                memory.Leave(client, bytes);
            }
        }
    }

    // Before routing: what it is for is not known yet.
    private Task RefuseAsync(HttpContext http)
    {
        Problems.SetRetryAfter(http, Problems.StoreRetryAfter);
        if (IsUnder(http.Request, AuthNginxEndpoint.Path)) // which has no body
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.ContentLength = 0;
            return Task.CompletedTask;
        }

        return ErrorPage.Of(http, site, Problems.TemporarilyUnavailable).ExecuteAsync(http);
    }

    private bool IsUnder(HttpRequest request, string path) =>
        request.Path.StartsWithSegments(path) || (request.Path.StartsWithSegments(site.PathBase, out var rest) && rest.StartsWithSegments(path));

    private Task AnswerAsync(HttpContext http, string code)
    {
        http.Response.Clear();
        headers.Set(http.Response);
        if (code == Problems.TemporarilyUnavailable)
        {
            Problems.SetRetryAfter(http, Problems.StoreRetryAfter);
        }

        var result = http.GetEndpoint()?.Metadata.GetMetadata<AnswersWithPages>() is null
            ? Problems.Json(http, code)
            : ErrorPage.Of(http, site, code);
        return result.ExecuteAsync(http);
    }

    private static string CodeOf(BadHttpRequestException exception) => exception.StatusCode switch
    {
        StatusCodes.Status408RequestTimeout => Problems.RequestTimeout,
        StatusCodes.Status413PayloadTooLarge => Problems.RequestTooLarge,
        _ => Problems.InvalidRequest,
    };

    private static partial class Log
    {
        [LoggerMessage(4001, LogLevel.Warning, "{Path} answered 503, and nothing is lost: {Reason} Check Redis if it stays so")]
        public static partial void StoreUnavailable(ILogger logger, string path, string reason);

        [LoggerMessage(4002, LogLevel.Error, "{Path} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string path);
    }
}
