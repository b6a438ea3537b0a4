using FsCheck;
using FsCheck.Fluent;

namespace BffBroker.Tests.Security;

/// <summary>Requests that are wrong in their line, their headers, or only in what they ask for.</summary>
internal static class HostileRequest
{
    public static readonly string[] Endpoints = ["/login", "/login?&&", "/login?returnUrl=%", "/callback", "/callback?&", "/callback?state=%&code=%", "/me", "/session", "/logout", "/sessions", "/sessions/x", "/auth/nginx", "/auth/forward", "/auth/nginx?scope=%00", "/", "/health/ready", "/admin/sessions", "/admin/users/%41/sessions", "/nowhere"];

    public static readonly string[] Methods = ["GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "X", "G\tT", "G(T", "\xe9", new('M', 5000)];

    /// <param name="credentials">Header lines that they may carry.</param>
    public static Gen<string> Whole(params string[] credentials)
    {
        var target = Gen.Frequency(
            (2, Gen.Elements(Endpoints)),
            (3, HostileText.InTarget.Select(text => "/" + text)),
            (2, Gen.Elements(
                "*", "//", "/..", "/%2e%2e/me", "/./me", "/me/../me", "\\", "/\\me", "http://localhost:8080/me", "http://[/me", "http://:0/me", "https://localhost:8080/session", "localhost:8080", "", "me", "?x", "#", "/me#x",
                "/%", "/%zz", "/%00", "/%ff", "/%c0%af", "/\xe9", "/me%2f", "/me;a=b", "/" + new string('a', 9000), "/" + new string('/', 4000), "/" + string.Concat(Enumerable.Repeat("%2e%2e/", 500)))));
        var version = Gen.Elements("HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/3", "HTTP/0.9", "HTTP/", "http/1.1", "", "HTTP/1.1 x", "HTTP/1.1\x01");
        var header = Gen.Frequency(
            (2, Gen.Elements(
                "Host: localhost:8080", "Host:", "Host: a\r\nHost: b", "Host: \xe9", "Host: [::1", "Host: a:b", "Host: @", "Accept: \xff", "Accept: text/html;q=\"", "Accept: " + string.Concat(Enumerable.Repeat("a/b;q=0.1,", 700)),
                "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Mode: navigate", "Origin: \xff", "Origin: null", "X-Forwarded-Host: localhost:8080\r\nX-Forwarded-Uri: /x", "X-Forwarded-Host: [::1", "X-Forwarded-Host: \xff", "X-Forwarded-Host: a:99999", "X-Forwarded-Uri: //x",
                "X-Forwarded-Uri: /?login_error=%", "X-Forwarded-Proto: \xff", "X-Forwarded-Method: \xff", "X-Forwarded-For: x, , [::1", "X-Bff-Gateway-Key: \xff", "X-CSRF: 1", "traceparent: 00-x", "tracestate: " + new string('=', 600), "baggage: a=b;=,", "Content-Length: 1", "Range: bytes=9-1",
                "If-None-Match: \"", "Connection: keep-alive, close, x", "X: " + new string('x', 40_000), " x: y", "x", ":", "\0")),
            (1, Gen.Elements(credentials)),
            (1, HostileText.Text));
        return
            from method in Gen.Elements([.. Methods, "GET", "GET", "GET", "GET", "", " GET", "GET  "])
            from asked in target
            from how in version
            from headers in header.ArrayOf()
            from lineEnd in Gen.Elements("\r\n", "\r\n", "\r\n", "\n", "\r")
            select $"{method} {asked} {how}{lineEnd}{string.Concat(headers.Select(line => line + lineEnd))}{lineEnd}";
    }
}
