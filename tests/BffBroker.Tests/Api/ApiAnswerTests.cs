using System.Net;
using BffBroker.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;

namespace BffBroker.Tests.Api;

/// <summary>What becomes of an upstream's answer.</summary>
public sealed class ApiAnswerTests
{
    [Theory]
    [InlineData(null, "private, no-store")]
    [InlineData("public", "private")]
    [InlineData("public, max-age=60", "private, max-age=60")]
    [InlineData("PUBLIC,S-MaxAge=60 , max-age=5", "private, max-age=5")]
    [InlineData("s-maxage = 60", "private")]
    [InlineData("max-age=60", "private, max-age=60")]
    [InlineData("private", "private")]
    [InlineData("private=\"x-a, x-b\", max-age=60", "private, max-age=60")]
    [InlineData("no-store", "private, no-store")]
    [InlineData("no-cache=\"set-cookie, public\", public", "private, no-cache=\"set-cookie, public\"")]
    [InlineData("ext=\"a\\\", public\", must-revalidate", "private, ext=\"a\\\", public\", must-revalidate")]
    [InlineData("ext=\"never ends, public", "private, no-store")]
    [InlineData(",", "private, no-store")]
    public async Task No_common_cache_keeps_what_is_one_user_s(string? given, string kept)
    {
        await using var world = await ApiWorld.LoggedInAsync();
        world.Upstream.AnswerWith(200, given is null ? [] : [("Cache-Control", given)]);

        var answer = await RawRequest.GetAsync(world.Broker, "/api/orders", $"Cookie: {world.Cookie}");

        Assert.Contains($"\r\nCache-Control: {kept}\r\n", answer.Text, StringComparison.Ordinal);
        Assert.Contains("\r\nVary: Cookie, Origin, Sec-Fetch-Site\r\n", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Accept-Encoding", "Accept-Encoding, Cookie, Origin, Sec-Fetch-Site")]
    [InlineData("cookie, Accept", "cookie, Accept, Origin, Sec-Fetch-Site")]
    [InlineData("*", "*")]
    public async Task An_answer_varies_by_the_cookie_too(string given, string kept)
    {
        await using var world = await ApiWorld.LoggedInAsync();
        world.Upstream.AnswerWith(200, ("Vary", given));

        var answer = await world.GetAsync("/api/orders");

        Assert.Equal(kept, string.Join(", ", answer.Headers.Vary));
    }

    [Fact]
    public async Task Headers_that_are_not_upstream_s_to_send_are_dropped()
    {
        await using var world = await ApiWorld.LoggedInAsync();
        string[] names = ["Access-Control-Allow-Origin", "access-control-allow-credentials", "Access-Control-Expose-Headers", "Clear-Site-Data", "Surrogate-Control", "CDN-Cache-Control", "Cloudflare-CDN-Cache-Control"];
        world.Upstream.AnswerWith(200, [.. names.Select(name => (name, "*")), ("X-Kept", "1")]);

        var answer = await world.GetAsync("/api/orders");

        Assert.True(answer.Headers.Contains("X-Kept"));
        Assert.All(names, name => Assert.False(answer.Headers.Contains(name), name));
    }

    [Theory]
    [InlineData("/api/orders")]
    [InlineData("/api/open")]
    public async Task No_upstream_gives_an_order_to_the_gateway_in_front(string path)
    {
        await using var world = await ApiWorld.LoggedInAsync();
        string[] names = ["X-Accel-Redirect", "x-accel-redirect", "X_Accel_Redirect", "X-Accel-Expires", "X-Accel-Limit-Rate", "X-Accel-Charset", "X-Accel-Buffering", "X-Sendfile", "X-SendFile2", "X-LIGHTTPD-send-file"];
        world.Upstream.AnswerWith(200, [.. names.Select(name => (name, "/members/secret")), ("X-Kept", "1")]);

        var answer = await world.GetAsync(path);

        Assert.True(answer.Headers.Contains("X-Kept"));
        Assert.All(names, name => Assert.False(answer.Headers.Contains(name), name));
    }

    [Fact]
    public async Task An_event_stream_is_not_held_back_by_a_gateway_in_front()
    {
        await using var world = await ApiWorld.LoggedInAsync();
        world.Upstream.AnswerWith(200, ("Content-Type", "text/event-stream; charset=utf-8"), ("X-Accel-Buffering", "yes"));

        var answer = await world.GetAsync("/api/orders");

        Assert.Equal(["no"], answer.Headers.GetValues("X-Accel-Buffering"));
    }

    [Fact]
    public async Task On_a_route_without_users_all_headers_are_upstream_s()
    {
        await using var world = await ApiWorld.StartAsync();
        world.Upstream.AnswerWith(200, ("Access-Control-Allow-Origin", "*"), ("Cache-Control", "public, max-age=60"));

        var answer = await world.SendAsync(HttpMethod.Get, "/api/open", ("Origin", ApiWorld.Spa));

        Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal("public, max-age=60", answer.Headers.CacheControl?.ToString());
        Assert.Empty(answer.Headers.Vary);
    }

    [Fact]
    public async Task No_upstream_sets_a_cookie_of_the_broker_s_in_any_spelling_and_others_are_set()
    {
        await using var world = await ApiWorld.LoggedInAsync();
        var session = world.Cookie;
        var name = Gen.Elements("__Host-bff", "__host-BFF", "__Host-bff-login", "__Host-bff-bind", "__Secure-bff", "__secure-bff");
        var own = Gen.Elements("", " ", "\t", "=", " = ", "\"", "\u00a0").SelectMany(before => name.SelectMany(cookie => Gen.Elements("=", " =", "\"=", "=\"").SelectMany(equals =>
            Gen.Elements("", "; Path=/", ";Domain=example.com;secure", "; __Host-ok=1").SelectMany(attributes =>
                Gen.Elements($"{before}{cookie}{equals}planted{attributes}", $"{cookie}; Comment=planted"))))); // the second is no name but a value, which comes back as it is

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(own.ArrayOf(2).SelectMany(cookies => Gen.Elements("/api/orders", "/api/open").Select(path => (cookies, path))).ToArbitrary(), given => Task.Run(async () =>
        {
            world.Upstream.AnswerWith(200, [("Set-Cookie", "theme=dark; Path=/"), .. given.cookies.Select(cookie => ("Set-Cookie", cookie)), ("Set-Cookie", "__Host-bffx=1")]);
            var answer = await RawRequest.GetAsync(world.Broker, given.path, $"Cookie: {session}");
            Assert.Contains("Set-Cookie: theme=dark; Path=/", answer.Text, StringComparison.Ordinal);
            Assert.Contains("Set-Cookie: __Host-bffx=1", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("planted", answer.Text, StringComparison.Ordinal);
        }).GetAwaiter().GetResult()));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(503)]
    public async Task An_upstream_s_own_error_goes_through_with_its_body_and_headers_or_without(int status)
    {
        await using var world = await ApiWorld.LoggedInAsync();
        world.Upstream.AnswerWith(status, ("WWW-Authenticate", "Bearer realm=\"api\""), ("Retry-After", "7"));
        var empty = await world.GetAsync("/api/orders");
        world.Upstream.Answer = http =>
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync("{\"mine\":true}");
        };
        var full = await world.GetAsync("/api/orders");

        Assert.Equal((status, "", status, "{\"mine\":true}"), ((int)empty.StatusCode, await empty.TextAsync(), (int)full.StatusCode, await full.TextAsync()));
        Assert.Equal("Bearer realm=\"api\"", empty.Headers.WwwAuthenticate.ToString());
        Assert.False(empty.Headers.Contains("Referrer-Policy"));
        Assert.False(empty.Headers.Contains("X-Content-Type-Options"));
        Assert.Equal(2, world.Upstream.Requests.Count);
    }

    [Theory]
    [InlineData("204 No Content", "")]
    [InlineData("204 No Content", "stray")]
    [InlineData("205 Reset Content", "stray")]
    public async Task An_answer_without_a_body_by_its_status_has_none_whatever_length_upstream_tells(string status, string body)
    {
        using var upstream = WireServer.Start(WireAnswer.Cut($"HTTP/1.1 {status}\r\nContent-Length: 5\r\nX-Kept: 1\r\n\r\n{body}"));
        await using var world = await ApiWorld.LoggedInAsync(("ReverseProxy:Clusters:upstream:Destinations:only:Address", upstream.Url.ToString()));

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            var answer = await world.SendAsync(method, "/api/orders");

            Assert.StartsWith($"{(int)answer.StatusCode}", status, StringComparison.Ordinal);
            Assert.True(answer.Headers.Contains("X-Kept"));
            Assert.Equal("", await answer.TextAsync());
        }
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Connection: close\r\n\r\n")]
    public async Task An_error_that_ends_without_a_body_and_without_a_length_gets_none_of_the_broker_s(string end)
    {
        using var upstream = WireServer.Start(WireAnswer.Cut($"HTTP/1.1 404 Not Found\r\n{end}"));
        await using var world = await ApiWorld.LoggedInAsync(("ReverseProxy:Clusters:upstream:Destinations:only:Address", upstream.Url.ToString()));

        var answer = await world.GetAsync("/api/orders");

        Assert.Equal((HttpStatusCode.NotFound, ""), (answer.StatusCode, await answer.TextAsync()));
    }

    [Fact]
    public async Task The_broker_s_own_errors_have_the_broker_s_headers()
    {
        await using var world = await ApiWorld.StartAsync();

        foreach (var path in new[] { "/api/orders", "/api/nowhere", "/api" })
        {
            var answer = await world.GetAsync(path);
            await answer.AssertProblemAsync(path == "/api/orders" ? HttpStatusCode.Unauthorized : HttpStatusCode.NotFound, path == "/api/orders" ? "login_required" : "not_found");
            Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
            Assert.Equal(["no-referrer"], answer.Headers.GetValues("Referrer-Policy"));
        }
    }
}
