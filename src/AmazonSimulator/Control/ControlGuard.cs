namespace AmazonSimulator;

/// <summary>Keeps foreign web pages from turning the knobs through the browser of whoever runs the simulator.</summary>
internal static class ControlGuard
{
    public static void UseControlGuard(this IApplicationBuilder app) => app.Use((http, next) =>
        http.Request.Path.StartsWithSegments("/simulator") && SameOrigin.IsForeign(http.Request)
            ? ControlJson.Problem("The control API takes no requests from other web pages.", StatusCodes.Status403Forbidden).ExecuteAsync(http)
            : next(http));
}
