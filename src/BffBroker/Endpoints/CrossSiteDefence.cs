namespace BffBroker.Endpoints;

/// <summary>
/// Refuses requests of other sites' pages to whatever reads or changes a session: Fetch Metadata first, then Origin, and for a client that
/// sends neither a header that no form can send.
/// </summary>
internal sealed class CrossSiteDefence(PublicSite site) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        IsAllowed(context.HttpContext.Request) ? await next(context) : Problems.Json(context.HttpContext, Problems.CrossSiteRequest);

    private bool IsAllowed(HttpRequest request)
    {
        var isSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        var fetchSite = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();

        return fetchSite == "same-origin"
            || (fetchSite == "none" && isSafe)
            || (origin.Length > 0 && (origin == site.Origin || site.AllowedOrigins.Contains(origin)))
            || (fetchSite.Length == 0 && origin.Length == 0 && (isSafe || request.Headers["X-CSRF"] == "1"));
    }
}
