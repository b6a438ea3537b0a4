namespace BffBroker.Endpoints;

/// <summary>How endpoints are mapped: each is a singleton, and one of its methods makes the answer from the request.</summary>
internal static class Routes
{
    // Given as it is, a method that takes the HttpContext alone counts as a RequestDelegate, and its result is dropped.
    public static RouteHandlerBuilder MapAnswer(this IEndpointRouteBuilder routes, string method, string pattern, Func<HttpContext, Task<IResult>> answer) =>
        routes.MapMethods(pattern, [method], (Delegate)answer);
}
