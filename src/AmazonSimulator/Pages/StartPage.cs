using Microsoft.AspNetCore.Http.HttpResults;

namespace AmazonSimulator;

/// <summary>The manual, at <c>/</c>, and the two files every page refers to.</summary>
internal static class StartPage
{
    public static void MapStartPage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", Show);
        routes.MapGet("/simulator.css", StyleSheet);
        // Browsers ask for one by themselves, and report a 404 as an error of the page.
        routes.MapGet("/favicon.ico", () => TypedResults.NoContent());
    }

    private static PageResult Show(HttpContext http, Simulator simulator)
    {
        var origin = $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}";
        var body = Html.Of($"""
            <p>The same pages, endpoints, tokens and errors as Login with Amazon, and the same state under
            <code>/na</code>, <code>/eu</code> and <code>/fe</code> as at the root. All state is in memory.</p>
            <nav aria-label="On this page"><ul class="contents">
            <li><a href="#endpoints">Endpoints</a></li>
            <li><a href="#clients">Clients</a></li>
            <li><a href="#curl">A login by curl</a></li>
            <li><a href="#control">Control</a></li>
            <li><a href="#settings">Settings</a></li>
            </ul></nav>
            {Manual.Endpoints(origin)}
            {Manual.Clients(simulator.Clients.All)}
            {Manual.LoginByCurl(origin, simulator.Clients.All is [var first, ..] ? first : null)}
            {Manual.Control(origin)}
            {Manual.Settings()}
            """);
        return new(StatusCodes.Status200OK, "Login with Amazon, simulated", body, http.Request.PathBase.Value ?? "");
    }

    private static FileStreamHttpResult StyleSheet() =>
        TypedResults.Stream(typeof(StartPage).Assembly.GetManifestResourceStream("simulator.css")!, "text/css; charset=utf-8");
}
