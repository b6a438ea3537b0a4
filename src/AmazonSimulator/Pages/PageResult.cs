namespace AmazonSimulator;

/// <summary>A whole page, with the headers that keep it harmless.</summary>
/// <param name="FormTarget">
/// The origin of the client, for pages whose forms end there: Chromium holds the redirects after a form post to <c>form-action</c>, too.
/// </param>
internal sealed record PageResult(int Status, string Title, Html Body, string BasePath, string? FormTarget = null)
    : IResult, IStatusCodeHttpResult
{
    int? IStatusCodeHttpResult.StatusCode => Status;

    // The client may redirect once more, to a page on another port: the usual thing on a developer's machine.
    private string FormTargets => FormTarget is null ? "" : $"{FormTarget} http://localhost:* https://localhost:*";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        // With `no-referrer` browsers would send `Origin: null` with our own forms.
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'self'; form-action 'self' {FormTargets}; base-uri 'none'; frame-ancestors 'none'";
        return response.WriteAsync(Layout().Markup, httpContext.RequestAborted);
    }

    private Html Layout() => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{Title} – Login simulator</title>
        <link rel="stylesheet" href="{BasePath}/simulator.css">
        </head>
        <body>
        <header><p><strong>This is not Amazon.</strong> It is a simulator that stands in for Login with Amazon on this machine. Never type a real password.</p></header>
        <main>
        <h1>{Title}</h1>
        {Body}
        </main>
        </body>
        </html>
        """);
}
