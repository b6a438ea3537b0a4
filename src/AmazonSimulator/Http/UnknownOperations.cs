namespace AmazonSimulator;

/// <summary>
/// API paths that do not exist are answered in XML, even to clients that only know JSON. There is no revocation endpoint and no
/// end-session endpoint. Paths are compared exactly, where routing would forgive letter case and a closing slash.
/// </summary>
internal static class UnknownOperations
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "POST /auth/o2/token", "GET /auth/o2/tokeninfo", "GET /auth/O2/tokeninfo", "GET /user/profile",
    };

    public static void UseUnknownOperations(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        var isApi = http.Request.Path.StartsWithSegments("/auth") || http.Request.Path.StartsWithSegments("/user");
        return !isApi || Known.Contains($"{http.Request.Method} {http.Request.Path.Value}")
            ? next(http)
            : http.RequestServices.GetRequiredService<ApiCalls>().ServeAsync(http, Operation.Other, () => ApiAnswer.UnknownOperation);
    });
}
