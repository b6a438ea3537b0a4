using BffBroker.Endpoints;
using BffBroker.Limits;
using BffBroker.OAuth;
using BffBroker.Sessions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BffBroker.Api;

/// <summary>Stands before YARP's pipeline: who may pass, with which token, and what the client's request is stripped of.</summary>
internal sealed class ApiGate(
    PublicSite site,
    CrossSiteDefence crossSite,
    SessionAccess access,
    SessionTokens tokens,
    ClientHeaders clientHeaders,
    UpstreamFailures failures,
    SessionWatch watch,
    RequestMemory memory,
    TimeProvider clock)
{
    // What is kept of a body in case that it must be sent again.
    private const int LargestRepeatable = 64 * 1024;

    private const string Methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    public async Task InvokeAsync(HttpContext http, RequestDelegate forward)
    {
        var client = http.Connection.RemoteIpAddress;
        if (!memory.TryBeginCall(http.Request, client, out var bytes))
        {
            await Problems.Unavailable(http, Problems.StoreRetryAfter).ExecuteAsync(http);
            return;
        }

        try
        {
            await (await AnswerAsync(http, forward)).ExecuteAsync(http);
        }
        finally
        {
            memory.EndCall(client, bytes);
        }
    }

    private async Task<IResult> AnswerAsync(HttpContext http, RequestDelegate forward)
    {
        var route = http.GetEndpoint()!.Metadata.GetRequiredMetadata<ApiRoute>();
        return !IsMethodOfApis(http) ? RefuseMethod(http)
            : !UpstreamPath.IsPlain(http) ? Problems.Json(http, Problems.InvalidRequest)
            : !route.IsForUser ? await ForwardAsync(http, null, forward)
            : !crossSite.Allows(http) ? Problems.Json(http, Problems.CrossSiteRequest)
            : await access.WithSessionAsync(http, session => ForUserAsync(http, route, session, forward));
    }

    private async Task<IResult> ForUserAsync(HttpContext http, ApiRoute route, OpenSession session, RequestDelegate forward)
    {
        if (!session.Session.Granted.Covers(route.Scope))
        {
            return Problems.Json(http, Problems.InsufficientScope, site.LoginUrl(route.Scope.Except(session.Session.Granted)));
        }

        var outcome = await tokens.GetAsync(session, http.RequestAborted);
        return outcome is TokenOutcome.Usable(var usable) ? await ForwardAsync(http, usable, forward) : access.Answer(http, outcome);
    }

    private async Task<IResult> ForwardAsync(HttpContext http, OpenSession? session, RequestDelegate forward)
    {
        clientHeaders.Strip(http.Request, isForUser: session is not null);
        LiftBodyLimit(http);
        var call = new ApiCall(http, session, clock.GetTimestamp(), mayRepeat: session is not null && CanSendAgain(http));
        http.Features.Set(call);
        watch.Begin(call);
        try
        {
            StandardHeaders.Lift(http.Response);
            await forward(http);
            if (call.IsToBeRepeated)
            {
                call.Repeated();
                PrepareAgain(http);
                await forward(http);
            }

            await failures.AnswerAsync(http);
        }
        finally
        {
            watch.End(call);
        }

        if (!http.Response.HasStarted)
        {
            await http.Response.CompleteAsync(); // upstream's own empty answer, which nobody is to put words into
        }

        return TypedResults.Empty;
    }

    // RFC 9110 9.3.8: the answer to TRACE is the request, token included, and a client must send none with it. CONNECT makes a tunnel, but for a
    // WebSocket over HTTP/2.
    private static bool IsMethodOfApis(HttpContext http) =>
        !HttpMethods.IsTrace(http.Request.Method) && (!HttpMethods.IsConnect(http.Request.Method) || CrossSiteDefence.IsHandshake(http));

    private static JsonHttpResult<Problem> RefuseMethod(HttpContext http)
    {
        http.Response.Headers.Allow = Methods;
        return Problems.Json(http, Problems.MethodNotAllowed);
    }

    // The broker's limit is for the broker's own endpoints. The rates that keep the slow out stay.
    private static void LiftBodyLimit(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }
    }

    private static bool CanSendAgain(HttpContext http)
    {
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != true)
        {
            return !CrossSiteDefence.IsHandshake(http);
        }

        if (http.Request.ContentLength is not (>= 0 and <= LargestRepeatable))
        {
            return false;
        }

        http.Request.EnableBuffering(LargestRepeatable, LargestRepeatable); // in memory; what has been read can be read again
        return true;
    }

    private static void PrepareAgain(HttpContext http)
    {
        http.Response.Clear();
        if (http.Request.Body.CanSeek)
        {
            http.Request.Body.Position = 0;
        }
    }
}
