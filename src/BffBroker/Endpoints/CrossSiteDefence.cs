using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace BffBroker.Endpoints;

/// <summary>
/// Refuses requests of other sites' pages to whatever reads or changes a session: Fetch Metadata first, then Origin, and for a client that
/// sends neither a header that no form can send.
/// </summary>
internal sealed class CrossSiteDefence(PublicSite site) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (HttpMethods.IsOptions(http.Request.Method))
        {
            // Routing takes a preflight to the endpoint of the method that it asks for. CORS has answered those of allowed origins.
            http.Response.Headers.Allow = http.GetEndpoint()!.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.ToArray();
            return Problems.Json(http, Problems.MethodNotAllowed);
        }

        return Allows(http) ? await next(context) : Problems.Json(http, Problems.CrossSiteRequest);
    }

    /// <summary>
    /// Opens a WebSocket, which no later request is judged on: although a GET, it is not safe, and CORS does not see to who reads it. A browser always
    /// tells its origin with one. An upgrade to anything else is ignored (RFC 9110 7.8), also where it is one of several.
    /// </summary>
    public static bool IsHandshake(HttpContext http) =>
        http.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true ? http.Request.Headers.Upgrade is [{ } only] && IsWebSocket(only)
        : http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: { } protocol } && IsWebSocket(protocol);

    public bool Allows(HttpContext http)
    {
        var request = http.Request;
        if (IsHandshake(http))
        {
            return IsOfOurs(request.Headers.Origin) || IsOfProgram(request);
        }

        var isSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        var fetchSite = request.Headers["Sec-Fetch-Site"];
        var origin = request.Headers.Origin;

        return fetchSite is ["same-origin"]
            || (fetchSite is ["none"] && isSafe)
            || IsOfOurs(origin)
            || (isSafe && fetchSite.Count == 0 && origin.Count == 0)
            || IsOfProgram(request);
    }

    private static bool IsWebSocket(string protocol) => protocol.Equals("websocket", StringComparison.OrdinalIgnoreCase);

    private bool IsOfOurs(StringValues origin) => origin is [{ } only] && (only == site.Origin || site.AllowedOrigins.Contains(only));

    private static bool IsOfProgram(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].Count == 0 && request.Headers.Origin.Count == 0 && request.Headers["X-CSRF"] is ["1"];
}
