namespace BffBroker.Endpoints;

/// <summary>How endpoints are mapped that answer with a result.</summary>
internal static class Routes
{
    /// <summary>
    /// The framework's own MapGet takes a method of this shape for a RequestDelegate, and drops its result.
    /// </summary>
    public static RouteHandlerBuilder MapAnswer(this IEndpointRouteBuilder routes, string method, string pattern, Func<HttpContext, Task<IResult>> answer) =>
        routes.MapMethods(pattern, [method], answer);
}
