using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BffBroker.Tests.Support;

/// <summary>
/// A browser as far as HTTP goes: one cookie jar, the headers that real ones send, redirects followed one by one and remembered. Host names
/// lead to the test's servers by <see cref="Route"/>.
/// </summary>
internal sealed class Browser : IDisposable
{
    private readonly ConcurrentDictionary<string, Uri> _routes = new();
    private readonly CookieJar _cookies = new();
    private readonly HttpClient _http;

    public Browser()
    {
        _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null, // its spans would pass for the broker's
            PooledConnectionLifetime = TimeSpan.Zero, // a route may change
            ConnectCallback = ConnectAsync,
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        });
    }

    /// <summary>From now on, requests to this authority ("localhost:8080") go to that server.</summary>
    public Browser Route(string authority, Uri server)
    {
        _routes[authority] = server;
        return this;
    }

    public string? UserAgent { get; set; }

    public string? Cookie(Uri site, string name) => CookiesFor(site).FirstOrDefault(cookie => cookie.Key == name).Value;

    /// <summary>Names and values as a request to this site carries them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> CookiesFor(Uri site) => _cookies.For(site);

    public void SetCookie(Uri site, string name, string? value) => _cookies.Set(site, name, value);

    /// <summary>An answer of a site that no test serves.</summary>
    public void TakeCookie(Uri site, string setCookie) => _cookies.Take(site, Support.SetCookie.Parse(setCookie));

    /// <summary>A person opens a page. One step: redirects are not followed.</summary>
    public Task<HttpResponseMessage> OpenAsync(Uri url) => SendAsync(HttpMethod.Get, url, headers:
    [
        ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Site", "none"),
    ]);

    /// <summary>A person opens a page, and ends where the redirects end. A redirect to <paramref name="stopBefore"/> is not followed.</summary>
    public async Task<Visit> VisitAsync(Uri url, Func<Uri, bool>? stopBefore = null)
    {
        var hops = new List<Uri> { url };
        while (true)
        {
            var response = await OpenAsync(url);
            if (response.Headers.Location is not { } location)
            {
                return new(url, response, hops);
            }

            url = new(url, location);
            if (stopBefore?.Invoke(url) == true)
            {
                return new(url, response, hops);
            }

            hops.Add(url);
            Assert.True(hops.Count < 20, "A redirect loop.");
        }
    }

    /// <summary>The page's script calls its own origin.</summary>
    public Task<HttpResponseMessage> FetchAsync(HttpMethod method, Uri url, HttpContent? content = null) =>
        SendAsync(method, url, content, [("Accept", "*/*"), ("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty"), ("Sec-Fetch-Site", "same-origin")]);

    /// <summary>A request with these headers and the cookies of its host, and no others.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri url, HttpContent? content = null, IEnumerable<(string Name, string Value)>? headers = null)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        if (url.Scheme == Uri.UriSchemeHttps)
        {
            // TLS ends at a proxy in front, which passes the Host header on.
            request.RequestUri = new UriBuilder(url) { Scheme = Uri.UriSchemeHttp, Port = url.Port }.Uri;
            request.Headers.Host = url.Authority;
        }

        foreach (var (name, value) in headers ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (UserAgent is not null)
        {
            request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        }

        var cookies = CookiesFor(url).Select(cookie => $"{cookie.Key}={cookie.Value}").ToList();
        if (cookies.Count > 0 && !request.Headers.Contains("Cookie"))
        {
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", cookies));
        }

        var response = await _http.SendAsync(request);
        foreach (var cookie in response.SetCookies())
        {
            _cookies.Take(url, cookie);
        }

        return response;
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = $"{context.DnsEndPoint.Host}:{context.DnsEndPoint.Port}";
        var (host, port) = _routes.TryGetValue(target, out var server) ? (server.Host, server.Port) : (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        Assert.True(IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address), $"A call that no test declared: {target}");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
