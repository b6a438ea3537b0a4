using System.Net;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace BffBroker.Tests.Security;

/// <summary>Should anything ever get into one of the broker's pages, the policy that they carry keeps a real browser from running it.</summary>
public sealed class ContentSecurityPolicyTests
{
    private const string Mark = "document.documentElement.dataset.owned";

    private const string Injected = $"""
        <script>{Mark}Inline='1'</script>
        <script src="/script.js"></script>
        <script src="data:text/javascript,{Mark}Data='1'"></script>
        <img src="x" onerror="{Mark}Handler='1'">
        <iframe srcdoc="<script>parent.{Mark}Frame='1'</script>"></iframe>
        """;

    [Fact]
    public async Task Nothing_that_was_put_into_a_page_runs()
    {
        await using var world = await World.StartAsync();
        using var response = await world.Browser.OpenAsync(World.At("/callback"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        var page = (await response.TextAsync()).Replace("</main>", Injected + "</main>", StringComparison.Ordinal);
        await using var site = await StartAsync(page, policy);

        var guarded = await Chromium.LoadAsync(new Uri(new(site.Urls.First()), "/guarded"));
        var unguarded = await Chromium.LoadAsync(new Uri(new(site.Urls.First()), "/unguarded"));

        Assert.Contains("<h1>This login cannot be finished<", guarded, StringComparison.Ordinal);
        Assert.DoesNotContain("data-owned", guarded, StringComparison.Ordinal);
        Assert.All(["inline", "file", "data", "handler", "frame"], kind => Assert.Contains($"data-owned-{kind}=\"1\"", unguarded, StringComparison.Ordinal));
    }

    private static async Task<WebApplication> StartAsync(string page, string policy)
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/guarded", (HttpContext http) =>
        {
            http.Response.Headers.ContentSecurityPolicy = policy;
            return Results.Content(page, "text/html");
        });
        app.MapGet("/unguarded", () => Results.Content(page, "text/html"));
        app.MapGet("/script.js", () => Results.Content($"{Mark}File='1'", "text/javascript"));
        await app.StartAsync();
        return app;
    }
}
