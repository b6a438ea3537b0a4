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

        return IsAllowed(http.Request) ? await next(context) : Problems.Json(http, Problems.CrossSiteRequest);
    }

    private bool IsAllowed(HttpRequest request)
    {
        var isSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        var fetchSite = request.Headers["Sec-Fetch-Site"];
        var origin = request.Headers.Origin;

        return fetchSite is ["same-origin"]
            || (fetchSite is ["none"] && isSafe)
            || (origin is [{ } only] && (only == site.Origin || site.AllowedOrigins.Contains(only)))
            || (fetchSite.Count == 0 && origin.Count == 0 && (isSafe || request.Headers["X-CSRF"] is ["1"]));
    }
}
