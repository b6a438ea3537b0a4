using Microsoft.Extensions.Primitives;

namespace AmazonSimulator;

/// <summary>The end of a request that cannot be sent back to anyone. Like Amazon's it shows what was asked for.</summary>
internal static class ErrorPage
{
    public static PageResult For(HttpContext http, string reason) => Page(http, StatusCodes.Status400BadRequest, "400 Bad Request", reason);

    public static PageResult SignInIsOver(HttpContext http) => For(http, "This sign-in is unknown or over. Start again at the app you came from.");

    public static PageResult NotFound(HttpContext http) => Page(http, StatusCodes.Status404NotFound, "404 Not Found", "There is no such page.");

    private static PageResult Page(HttpContext http, int status, string title, string reason)
    {
        var basePath = http.Request.PathBase.Value ?? "";
        var body = Html.Of($"""
            <p role="alert">{reason}</p>
            {(http.Request.Query.Count == 0 ? Html.Empty : Parameters(http.Request.Query))}
            <p><a href="{basePath}/">What this simulator offers</a></p>
            """);
        return new(status, title, body, basePath);
    }

    private static Html Parameters(IQueryCollection query) => Html.Of($"""
        <h2>What was asked for</h2>
        <dl>{Html.Join(query.Select(Row))}</dl>
        """);

    private static Html Row(KeyValuePair<string, StringValues> parameter) => Html.Of($"""
        <div><dt>{parameter.Key}</dt><dd><code>{parameter.Value.ToString()}</code></dd></div>
        """);
}
