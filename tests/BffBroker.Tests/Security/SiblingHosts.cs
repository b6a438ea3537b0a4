using System.Collections.Concurrent;
using System.Net;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sandbox;

namespace BffBroker.Tests.Security;

/// <summary>
/// A server that ends TLS for auth.example.com, with the broker behind it and a page beside it, and for wiki.example.com, which tosses cookies and
/// sends the browser back to that page. It remembers the cookies that came.
/// </summary>
internal sealed class SiblingHosts : IAsyncDisposable
{
    private const string Page = """
        <!doctype html><pre></pre><script>
        for (const path of ['/session', '/me']) {
          const request = new XMLHttpRequest();
          request.open('GET', path, false);
          request.send();
          document.querySelector('pre').textContent += `${path} ${request.status} ${request.responseText}\n`;
        }
        document.querySelector('pre').textContent += `script sees: ${document.cookie}`;
        </script>
        """;

    private readonly WebApplication _app;
    private readonly HttpClient _broker;
    private readonly ConcurrentDictionary<string, string> _seen = new();
    private string[] _tossed = [];

    private SiblingHosts(WebApplication app, Uri broker)
    {
        _app = app;
        _broker = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null }) { BaseAddress = broker };
    }

    public static async Task<SiblingHosts> StartAsync(Uri broker)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(ThrowAwayCertificate.For("*.example.com"))));
        var hosts = new SiblingHosts(builder.Build(), broker);
        hosts._app.Run(hosts.AnswerAsync);
        await hosts._app.StartAsync();
        return hosts;
    }

    /// <summary>What the wiki's server sets, line by line.</summary>
    public SiblingHosts Toss(params string[] setCookies)
    {
        _tossed = setCookies;
        return this;
    }

    /// <summary>The Cookie header as it came to this URL the last time.</summary>
    public string CookiesAt(string url) => _seen.GetValueOrDefault(url, "");

    /// <summary>What the page at auth.example.com says, once the browser has gone to this URL and ended there.</summary>
    public Task<string> LoadAsync(Uri url)
    {
        var port = new Uri(_app.Urls.First()).Port;
        return Chromium.LoadAsync(
            url, "--ignore-certificate-errors", "--no-proxy-server", $"--host-resolver-rules=MAP *.example.com:443 127.0.0.1:{port}");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _broker.Dispose();
    }

    private Task AnswerAsync(HttpContext http)
    {
        _seen[$"{http.Request.Host}{http.Request.Path}"] = http.Request.Headers.Cookie.ToString();
        switch (http.Request.Host.Host, http.Request.Path.Value)
        {
            case ("wiki.example.com", _):
                http.Response.Headers.SetCookie = _tossed;
                http.Response.Redirect("https://auth.example.com/page");
                return Task.CompletedTask;

            case (_, "/page"):
                return Results.Content(Page, "text/html").ExecuteAsync(http);

            default:
                return ForwardAsync(http);
        }
    }

    private async Task ForwardAsync(HttpContext http)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{http.Request.Path}{http.Request.QueryString}");
        foreach (var (name, values) in http.Request.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        using var response = await _broker.SendAsync(request);
        http.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => header.Key is "Location" or "Set-Cookie" or "Content-Type"))
        {
            http.Response.Headers[name] = values.ToArray();
        }

        await response.Content.CopyToAsync(http.Response.Body);
    }
}
