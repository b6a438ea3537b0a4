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
        var clients = Html.Join(simulator.Clients.All.Select(client => Html.Of($"""
            <tr><td><code>{client.Id}</code></td><td>{client.Company}</td><td>{string.Join(", ", client.RedirectUris)}</td></tr>
            """)));
        var body = Html.Of($"""
            <div class="manual">
            <p>The same pages, endpoints, tokens and errors as Login with Amazon, and the same state under
            <code>/na</code>, <code>/eu</code> and <code>/fe</code> as at the root. All state is in memory.</p>
            <table><caption>Endpoints</caption>
            <thead><tr><th scope="col">Address</th><th scope="col">What it is</th></tr></thead>
            <tbody>
            <tr><td><code>GET {origin}/ap/oa</code></td><td>authorization request</td></tr>
            <tr><td><code>POST {origin}/auth/o2/token</code></td><td>code exchange and refresh</td></tr>
            <tr><td><code>GET {origin}/auth/o2/tokeninfo</code></td><td>token check</td></tr>
            <tr><td><code>GET {origin}/user/profile</code></td><td>customer profile</td></tr>
            </tbody></table>
            <table><caption>Clients</caption>
            <thead><tr><th scope="col">Client id</th><th scope="col">Company</th><th scope="col">Redirect URIs</th></tr></thead>
            <tbody>{clients}</tbody></table>
            <p>The secret of the client that is there by default: <code>{SimulatedClient.DefaultSecret}</code></p>
            {Manual.LoginByCurl(origin, simulator.Clients.All is [var first, ..] ? first : null)}
            {Manual.Control(origin)}
            {Manual.Settings()}
            </div>
            """);
        return new(StatusCodes.Status200OK, "Login with Amazon, simulated", body, http.Request.PathBase.Value ?? "");
    }

    private static FileStreamHttpResult StyleSheet() =>
        TypedResults.Stream(typeof(StartPage).Assembly.GetManifestResourceStream("simulator.css")!, "text/css; charset=utf-8");
}
