namespace AmazonSimulator;

/// <summary>
/// API paths that do not exist are answered in XML, even to clients that only know JSON. There is no revocation endpoint and no
/// end-session endpoint. Paths are compared exactly, where routing would forgive letter case and a closing slash: a client that
/// got one wrong should not find out at Amazon.
/// </summary>
internal static class UnknownOperations
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "POST /auth/o2/token", "GET /auth/o2/tokeninfo", "GET /auth/O2/tokeninfo", "GET /user/profile",
        "GET /ap/oa", "GET /ap/signin", "POST /ap/signin", "POST /ap/consent",
    };

    public static void UseUnknownOperations(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        var path = http.Request.Path;
        return Known.Contains($"{http.Request.Method} {path.Value}") ? next(http)
            : path.StartsWithSegments("/auth") || path.StartsWithSegments("/user") ? AnswerInXml(http)
            : path.StartsWithSegments("/ap") ? ErrorPage.NotFound(http).ExecuteAsync(http)
            : next(http);
    });

    private static Task AnswerInXml(HttpContext http) =>
        http.RequestServices.GetRequiredService<ApiCalls>().ServeAsync(http, Operation.Other, () => ApiAnswer.UnknownOperation);
}
