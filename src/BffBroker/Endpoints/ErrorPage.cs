using System.Net.Mime;
using System.Text;
using System.Text.Encodings.Web;
using BffBroker.OAuth;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace BffBroker.Endpoints;

/// <summary>Errors of the endpoints that people navigate to: a page for a navigation, problem JSON for everything else.</summary>
internal static class ErrorPage
{
    /// <param name="words">In the place of those that the code has.</param>
    /// <param name="scopes">What the login that the page leads to asks for besides.</param>
    /// <param name="looksAgain">The page reloads itself after some seconds: what is refused now may be answered then.</param>
    public static IResult Of(
        HttpContext http, PublicSite site, string code, ReturnUrl? returnUrl = null, PageWords? words = null, Scopes? scopes = null, bool looksAgain = false)
    {
        var loginUrl = site.LoginUrl(scopes, returnUrl);
        return !http.Request.IsNavigation() || AsksForJson(http.Request)
            ? Problems.Json(http, code, loginUrl)
            : Page(http, Problems.Describe(code).Status, words ?? PageWords.Of(code), site.PathBase + PageStyle.Path, loginUrl, looksAgain);
    }

    private static ContentHttpResult Page(HttpContext http, int status, PageWords words, string style, string loginUrl, bool looksAgain)
    {
        http.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

        // Nothing of the request is in the page; the return URL in the link was sealed by us, and is encoded all the same. An empty link leads
        // to the page's own address, which so need not be in it.
        var html = $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            {(looksAgain ? """<meta http-equiv="refresh" content="3">""" : "")}
            <title>{Encode(words.Title)}</title>
            <link rel="stylesheet" href="{Encode(style)}">
            </head>
            <body>
            <main>
            <h1>{Encode(words.Title)}</h1>
            <p>{Encode(words.Happened)}</p>
            <p>{Encode(words.Remedy)}</p>
            {(looksAgain ? """<p class="note">This page looks again by itself every few seconds, in case another tab of this browser is about to log in.</p>""" : "")}
            <p class="action">{(words.TriesAgain ? """<a href="">Try again</a>""" : $"<a href=\"{Encode(loginUrl)}\">Log in</a>")}</p>
            {(words.Operator is null ? "" : $"<p class=\"note\">For the people who run it: {Encode(words.Operator)}</p>")}
            <p class="reference"><small>Reference: {Encode(Problems.TraceIdOf(http))}</small></p>
            </main>
            </body>
            </html>
            """;
        return TypedResults.Content(html, MediaTypeNames.Text.Html, Encoding.UTF8, status);
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);

    private static bool AsksForJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(type => type.MediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase))
        && !accepted.Any(type => type.MediaType.Equals(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase));
}
