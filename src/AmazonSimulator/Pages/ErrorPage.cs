using Microsoft.Extensions.Primitives;

namespace AmazonSimulator;

/// <summary>The end of a request that cannot be sent back to anyone. Like Amazon's it shows what was asked for.</summary>
internal static class ErrorPage
{
    public static PageResult For(HttpContext http, string reason) => Page(http, StatusCodes.Status400BadRequest, "400 Bad Request", reason);

    public static PageResult NotFound(HttpContext http) => Page(http, StatusCodes.Status404NotFound, "404 Not Found", "There is no such page.");

    private static PageResult Page(HttpContext http, int status, string title, string reason)
    {
        var parameters = Html.Join(http.Request.Query.Select(Row));
        var body = Html.Of($"""
            <p role="alert">{reason}</p>
            <table>
            <caption>Parameters of the request</caption>
            <thead><tr><th scope="col">Name</th><th scope="col">Value</th></tr></thead>
            <tbody>{parameters}</tbody>
            </table>
            """);
        return new(status, title, body, http.Request.PathBase.Value ?? "");
    }

    private static Html Row(KeyValuePair<string, StringValues> parameter) => Html.Of($"""
        <tr><th scope="row">{parameter.Key}</th><td>{parameter.Value.ToString()}</td></tr>
        """);
}
