using System.Globalization;
using BffBroker.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace BffBroker.Tests.Security;

/// <summary>Whatever a client sends is the client's mistake: never a failure of the broker, and never the end of it.</summary>
public sealed class FuzzTests : IAsyncLifetime
{
    private static readonly string[] Parameters = ["returnUrl", "scope", "code", "state", "error", "error_description", "error_uri", "login_error", "canonical", "everywhere", "", "a"];

    private readonly FuzzedWorld _fuzzed = new();

    public ValueTask InitializeAsync() => _fuzzed.InitializeAsync();

    public ValueTask DisposeAsync() => _fuzzed.DisposeAsync();

    [Fact]
    public async Task No_Cookie_header_breaks_the_broker()
    {
        var cookies = HostileText.With("__Host-bff=", "__Host-bff-login=", "__Host-bff", _fuzzed.SessionCookie, _fuzzed.LoginCookie, "; ", ";", "=", "a=b", "\"", "\r\nCookie: ");

        await HoldsAsync(1000, cookies.SelectMany(cookie => Gen.Elements(HostileRequest.Endpoints).Select(path => Request("GET", path, $"Cookie: {cookie}"))));
    }

    [Fact]
    public async Task No_number_or_size_of_cookies_breaks_the_broker()
    {
        string[] headers =
        [
            Cookies(string.Join("; ", Enumerable.Range(0, 3000).Select(i => $"c{i}=v"))), Cookies(string.Concat(Enumerable.Repeat(";", 8000))), Cookies(string.Concat(Enumerable.Repeat("=;", 4000))),
            Cookies(string.Concat(Enumerable.Repeat("__Host-bff=;", 1500))), Cookies(string.Concat(Enumerable.Repeat(_fuzzed.SessionCookie + ";", 100))), Cookies("__Host-bff=" + new string('A', 7000)),
            Cookies("__Host-bff=" + new string('A', 100_000)), Cookies(new string(' ', 8000)), Cookies(new string('"', 8000)), Cookies("__Host-bff=" + new string('\xff', 43)),
            string.Join("\r\n", Enumerable.Repeat("Cookie: a=b", 90)), string.Join("\r\n", Enumerable.Repeat("Cookie: a=b", 2000)), "Cookie:", "Cookie:\t \t", "Cookie", ": x", "Cookie : a=b", "Cookie: a\0b",
            "Cookie: a=b\r\n folded=c", "Cookie: a=b\nCookie: c=d", "Cookie: a=b\rCookie: c=d",
        ];

        foreach (var path in new[] { "/me", "/session", "/login", "/callback" })
        {
            foreach (var header in headers)
            {
                await _fuzzed.TellAsync(Request("GET", path, header));
            }
        }

        await _fuzzed.AssertServesAsync();

        static string Cookies(string value) => "Cookie: " + value;
    }

    [Fact]
    public async Task No_query_breaks_the_broker()
    {
        var value = Gen.Frequency((4, HostileText.InTarget), (1, Gen.Elements([_fuzzed.State, "ANabcdefghijklmnopqr", "%2Fx", "profile", new('a', 3001), new('%', 3000)])));
        var pair = Gen.Elements(Parameters).SelectMany(name => value.Select(text => $"{name}={text}"));
        var query = Gen.Frequency((6, pair.ArrayOf().Select(pairs => string.Join('&', pairs))), (1, HostileText.InTarget));

        await HoldsAsync(1000, query.SelectMany(text => Gen.Elements(HostileRequest.Endpoints).Select(path =>
            Request(path is "/logout" ? "POST" : "GET", $"{path}?{text}", path is "/logout" ? "" : $"Cookie: {_fuzzed.SessionCookie}; {_fuzzed.LoginCookie}"))));
    }

    [Fact]
    public async Task No_state_breaks_the_broker()
    {
        var change = Gen.Choose(0, _fuzzed.State.Length - 1).SelectMany(at => Gen.Elements("A", "_", "", "%00", "=", "AA", "%2B", ".").Select(with => $"{_fuzzed.State[..at]}{with}{_fuzzed.State[(at + 1)..]}"));
        var cut = Gen.Choose(0, _fuzzed.State.Length).Select(length => _fuzzed.State[..length]);
        var state = Gen.OneOf(change, cut, HostileText.InTarget, Gen.Choose(1, 4000).Select(length => new string('A', length))).Where(text => text != _fuzzed.State);

        await HoldsAsync(500, state.Select(text => Request("GET", $"/callback?code=ANabcdefghijklmnopqr&state={text}", $"Cookie: {_fuzzed.LoginCookie}")));
        Assert.Equal(2, _fuzzed.World.Amazon.CodeExchanges); // of the logins before and after
    }

    [Fact]
    public async Task No_form_breaks_a_logout()
    {
        var type = Gen.Elements(
            "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-7", "application/x-www-form-urlencoded; charset=utf-16", "application/x-www-form-urlencoded;;=",
            "multipart/form-data; boundary=x", "multipart/form-data; boundary=\"", "multipart/form-data", $"multipart/form-data; boundary={new string('x', 300)}", "multipart/mixed; boundary=x", "application/json",
            "text/plain", "", "/", "*/*", "application/x-www-form-urlencoded, multipart/form-data; boundary=x", "\xe9");
        var part = Gen.Elements(
            "--x\r\n", "--x--", "--x--\r\n", "\r\n", "Content-Disposition: form-data; name=returnUrl\r\n\r\n/a\r\n", "Content-Disposition: form-data; name=f; filename=g\r\n\r\nz\r\n", "Content-Disposition: \xff\r\n",
            "returnUrl=", "%2Fx", "&", "=", "%", new('a', 3000), string.Concat(Enumerable.Repeat("k=v&", 600)), string.Concat(Enumerable.Range(0, 1100).Select(i => $"k{i}=v&")), "\0", "\xff");
        var body = Gen.Frequency((4, part), (1, HostileText.Text)).ArrayOf().Select(string.Concat);

        await HoldsAsync(500, type.SelectMany(contentType => body.Select(text => Request("POST", "/logout", $"Content-Type: {contentType}\r\n{Length(text)}", text))));
    }

    [Fact]
    public async Task No_method_or_body_breaks_the_broker()
    {
        var framing = HostileText.Text.Select(text => text.Length > 200 ? text[..200] : text).SelectMany(text => Gen.Elements(
            (Length(text), text), ("Content-Length: 0", ""), ("Content-Length: -1", text), ("Content-Length: 99999999999999999999", text), ("Content-Length: 5\r\nContent-Length: 6", text),
            ("Transfer-Encoding: chunked", $"{text.Length:x}\r\n{text}\r\n0\r\n\r\n"), ("Transfer-Encoding: chunked", $"{text}\r\n0\r\n\r\n"), ("Transfer-Encoding: chunked", "ffffffffffffffff\r\n"),
            ("Transfer-Encoding: gzip, chunked", "0\r\n\r\n"), ("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n"), ("Transfer-Encoding: identity", text), ("Transfer-Encoding: \x0bchunked", "0\r\n\r\n"),
            ("Expect: 100-continue\r\nContent-Length: 3", "abc"), ("Expect: nonsense", ""), ("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x", ""),
            ("Upgrade: h2c\r\nHTTP2-Settings: x\r\nConnection: Upgrade, HTTP2-Settings", ""), ("Content-Encoding: gzip\r\n" + Length(text), text)));

        await HoldsAsync(1000, Gen.Elements(HostileRequest.Methods).SelectMany(method => Gen.Elements(HostileRequest.Endpoints).SelectMany(path => framing.Select(frame =>
            Request(method, path, $"Content-Type: application/x-www-form-urlencoded\r\n{frame.Item1}", frame.Item2)))));
    }

    [Fact]
    public async Task No_request_line_or_header_breaks_either_listener()
    {
        var request = HostileRequest.Whole("Cookie: " + _fuzzed.SessionCookie, "Authorization: Bearer " + FuzzedWorld.AdminKey);

        await HoldsAsync(250, request, _fuzzed.World.Broker.Url);
        await HoldsAsync(100, request, _fuzzed.World.Broker.ManagementUrl);
    }

    private Task HoldsAsync(int tests, Gen<string> requests) => HoldsAsync(tests, requests, _fuzzed.World.Broker.Url);

    private async Task HoldsAsync(int tests, Gen<string> requests, Uri server)
    {
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(tests).WithEndSize(12),
            Prop.ForAll(requests.ToArbitrary(), request => Task.Run(() => _fuzzed.TellAsync(server, request)).GetAwaiter().GetResult()));
        await _fuzzed.AssertServesAsync();
    }

    private static string Length(string body) => string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}");

    private static string Request(string method, string target, string headers, string body = "") =>
        $"{method} {target} HTTP/1.1\r\nHost: {BrokerServer.Authority}\r\nX-CSRF: 1\r\nConnection: close\r\n{headers}\r\n\r\n{body}";
}
