using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace BffBroker.Endpoints;

/// <summary>What the server's own span of a request says of it: method, pattern and status, and nothing that the client wrote.</summary>
internal static class RequestSpan
{
    private static readonly HashSet<string> KnownMethods =
    [
        HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete, HttpMethods.Options, HttpMethods.Connect, HttpMethods.Trace,
    ];

    public static void Describe(HttpContext http)
    {
        // There is one for the log's sake, too, which nobody gets to see.
        if (http.Features.Get<IHttpActivityFeature>()?.Activity is not { Recorded: true } span)
        {
            return;
        }

        var method = KnownMethods.Contains(http.Request.Method) ? http.Request.Method : "_OTHER";
        var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        var status = http.Response.StatusCode;
        span.DisplayName = route is null ? method : $"{method} {route}";
        span.SetTag("http.request.method", method).SetTag("http.route", route).SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
