using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>Chromium before nginx before the broker.</summary>
public sealed class GatewayPageTests(SharedSiteWithToken shared) : IClassFixture<SharedSiteWithToken>
{
    // Asks for all it can think of, and shows all it gets.
    private const string Page = """
        <h1>for members</h1><pre id="seen"></pre>
        <script>
          const seen = document.getElementById('seen');
          seen.textContent = 'cookies: [' + document.cookie + ']\n';
          for (const path of ['/auth/nginx', '/auth/forward', '/AUTH/nginx', '/%61uth/nginx', '/_bff/check', '/_bff/refusal', '/me', '/session', '/service/x']) {
            for (const headers of [{}, { 'X-Bff-Gateway-Key': 'guessed', 'X-Forwarded-Uri': '/', 'X-Forwarded-Host': location.host }]) {
              const request = new XMLHttpRequest();
              request.open('GET', path, false);
              for (const name in headers) request.setRequestHeader(name, headers[name]);
              request.send();
              seen.textContent += path + ' ' + request.status + ' ' + request.responseText + request.getAllResponseHeaders();
            }
          }
        </script>
        """;

    [Fact]
    public async Task A_page_of_the_app_tries_in_vain_to_read_the_token_that_the_application_behind_it_gets()
    {
        var site = shared.Site;
        await File.WriteAllTextAsync(Path.Combine(site.Files, "members", "curious.html"), Page, TestContext.Current.CancellationToken);

        var document = await Chromium.LoadAsync(
            World.At("/members/curious.html?tab=2"), $"--host-resolver-rules=MAP {BrokerServer.Authority} {site.UrlOf(GatewayProgram.Nginx).Authority}");

        Assert.Contains("<h1>for members</h1>", document, StringComparison.Ordinal);
        Assert.Contains("cookies: []", document, StringComparison.Ordinal);
        Assert.Contains("/auth/nginx 404", document, StringComparison.Ordinal);
        Assert.Contains("/service/x 200 " + ProtectedService.Content, document, StringComparison.Ordinal);
        Assert.StartsWith("Bearer Atza|", site.Service.Last.Header("Authorization"), StringComparison.Ordinal);
        Assert.DoesNotContain("Atza", document, StringComparison.Ordinal);
        Assert.DoesNotContain("x-auth-request", document, StringComparison.OrdinalIgnoreCase);
    }
}
