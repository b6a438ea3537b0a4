using System.Net;
using BffBroker.Endpoints;
using BffBroker.Sessions;
using Yarp.ReverseProxy.Transforms;

namespace BffBroker.Api;

/// <summary>What becomes of upstream's answers: the headers that are not upstream's to send, and a token that upstream rejects.</summary>
internal sealed partial class UpstreamAnswers(SessionTokens tokens, OwnCookies cookies, ILogger<UpstreamAnswers> logger)
{
    private const string ClearSiteData = "Clear-Site-Data";
    private const string CorsBeginning = "Access-Control-";

    // What an nginx, lighttpd or Apache in front obeys: another answer in the place of this one, files of its own, its cache and its pace.
    private static readonly string[] ForGateways = ["x-accel-", "x-sendfile", "x-lighttpd-"];

    /// <summary>On every route: an upstream cannot set the broker's cookies.</summary>
    public ValueTask GuardCookiesAsync(ResponseTransformContext context)
    {
        var headers = context.HttpContext.Response.Headers;
        headers.SetCookie = cookies.WithoutSet(headers.SetCookie);
        return ValueTask.CompletedTask;
    }

    /// <summary>On every route: an upstream gives no orders to the gateway in front of the broker. That event streams are not held back, the broker says itself.</summary>
    public static ValueTask GuardGatewayAsync(ResponseTransformContext context)
    {
        var headers = context.HttpContext.Response.Headers;
        List<string>? found = null;
        foreach (var (name, _) in headers)
        {
            if ((name[0] | ' ') == 'x' && IdentityHeaders.Fold(name) is var folded && Array.Exists(ForGateways, beginning => folded.StartsWith(beginning, StringComparison.Ordinal)))
            {
                (found ??= []).Add(name);
            }
        }

        foreach (var name in found ?? [])
        {
            headers.Remove(name);
        }

        if (headers.ContentType.ToString().StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            headers["X-Accel-Buffering"] = "no";
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>On every route: 204 and 205 have no body (RFC 9110 15.3.5), and the server sends neither with the length of one, as some upstreams do.</summary>
    public static ValueTask EndWithoutBodyAsync(ResponseTransformContext context)
    {
        if (context.ProxyResponse?.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.ResetContent)
        {
            context.HttpContext.Response.ContentLength = null;
            context.SuppressResponseBody = true;
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask ForUserAsync(ResponseTransformContext context)
    {
        if (context.ProxyResponse is not { } answer)
        {
            return;
        }

        var http = context.HttpContext;
        if (answer.StatusCode == HttpStatusCode.Unauthorized && BearerChallenge.SaysInvalidToken(answer.Headers) && await RenewAsync(http))
        {
            context.SuppressResponseBody = true;
            return;
        }

        // CORS is the broker's, whose cookie it is about. Clear-Site-Data would log the user out, and wipe the page's own data.
        var headers = http.Response.Headers;
        foreach (var name in headers.Keys.Where(name => name.StartsWith(CorsBeginning, StringComparison.OrdinalIgnoreCase)).ToList())
        {
            headers.Remove(name);
        }

        headers.Remove(ClearSiteData);
        UpstreamCaching.Restrict(headers);
    }

    private async Task<bool> RenewAsync(HttpContext http)
    {
        if (http.Features.Get<ApiCall>() is not { Session: { } session } call || !call.TakesRepeat)
        {
            return false;
        }

        try
        {
            if (await tokens.ReplaceAsync(session, http.RequestAborted) is TokenOutcome.Usable(var renewed))
            {
                Log.Renewed(logger, http.LoggedPath, session.Handle.Ref);
                call.RepeatWith(renewed);
                return true;
            }
        }
        catch (StoreUnavailableException exception)
        {
            Log.NotRenewed(logger, http.LoggedPath, exception.Message);
        }

        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(7301, LogLevel.Debug, "The upstream of {Path} has rejected the access token of session {SessionRef}, and is asked again with a new one")]
        public static partial void Renewed(ILogger logger, string path, string sessionRef);

        [LoggerMessage(7302, LogLevel.Debug, "The upstream of {Path} has rejected an access token, and there was no other: {Reason}")]
        public static partial void NotRenewed(ILogger logger, string path, string reason);
    }
}
