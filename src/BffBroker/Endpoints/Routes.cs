namespace BffBroker.Endpoints;

/// <summary>How endpoints are mapped that answer with a result. HEAD is answered wherever GET is: the server leaves the body out.</summary>
internal static class Routes
{
    public static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>
    /// The framework's own MapGet takes a method of this shape for a RequestDelegate, and drops its result.
    /// </summary>
    public static RouteHandlerBuilder MapAnswer(this IEndpointRouteBuilder routes, string method, string pattern, Func<HttpContext, Task<IResult>> answer) =>
        routes.MapMethods(pattern, HttpMethods.IsGet(method) ? GetAndHead : [method], answer);
}
