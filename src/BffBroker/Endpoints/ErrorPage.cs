using System.Net.Mime;
using System.Text;
using System.Text.Encodings.Web;
using BffBroker.OAuth;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace BffBroker.Endpoints;

/// <summary>Errors of the endpoints that people navigate to: a page, or the problem JSON for a client that asks for JSON.</summary>
internal static class ErrorPage
{
    /// <param name="looksAgain">The page reloads itself after some seconds: what is refused now may be answered then.</param>
    public static IResult Of(
        HttpContext http, PublicSite site, string code, ReturnUrl? returnUrl = null, string? advice = null, bool looksAgain = false)
    {
        if (AsksForJson(http.Request))
        {
            return Problems.Json(http, code, site.LoginUrl(returnUrl: returnUrl));
        }

        var (status, title) = Problems.Describe(code);
        return Page(http, status, title, advice, site.LoginUrl(returnUrl: returnUrl), looksAgain);
    }

    private static ContentHttpResult Page(HttpContext http, int status, string title, string? advice, string loginUrl, bool looksAgain)
    {
        http.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

        // Nothing of the request is in the page; the return URL in the link was sealed by us, and is encoded all the same.
        var html = $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            {(looksAgain ? """<meta http-equiv="refresh" content="3">""" : "")}
            <title>{HtmlEncoder.Default.Encode(title)}</title>
            </head>
            <body>
            <main>
            <h1>{HtmlEncoder.Default.Encode(title)}</h1>
            {(advice is null ? "" : $"<p>{HtmlEncoder.Default.Encode(advice)}</p>")}
            <p><a href="{HtmlEncoder.Default.Encode(loginUrl)}">Log in</a></p>
            <p><small>Reference: {HtmlEncoder.Default.Encode(Problems.TraceIdOf(http))}</small></p>
            </main>
            </body>
            </html>
            """;
        return TypedResults.Content(html, MediaTypeNames.Text.Html, Encoding.UTF8, status);
    }

    private static bool AsksForJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(type => type.MediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase))
        && !accepted.Any(type => type.MediaType.Equals(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase));
}
