using System.Diagnostics;
using System.Net;
using System.Text;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Limits;

/// <summary>What one client can take, measured at real connections of both listeners.</summary>
public sealed class RequestLimitTests
{
    private const int LargestBody = 8 * 1024;

    [Theory]
    [InlineData(8_100, 404)]
    [InlineData(8_300, 414)]
    public async Task A_request_line_has_8_KiB(int length, int status) =>
        await AssertOnBothAsync(status, $"GET /{new string('a', length - 15)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    [Theory]
    [InlineData(90, 404)]
    [InlineData(101, 431)]
    public async Task A_request_has_100_headers(int count, int status) =>
        await AssertOnBothAsync(
            status, $"GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{string.Concat(Enumerable.Range(0, count).Select(i => $"X-{i}: 1\r\n"))}\r\n");

    [Theory]
    [InlineData(31, 404)]
    [InlineData(33, 431)]
    public async Task All_headers_together_have_32_KiB(int kibibytes, int status) =>
        await AssertOnBothAsync(
            status, $"GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{string.Concat(Enumerable.Repeat($"Cookie: {new string('a', 1014)}\r\n", kibibytes))}\r\n");

    [Theory]
    [InlineData("GET /session HTTP/1.1\r\n\r\n")]
    [InlineData("GET /session HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("GET /session HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")]
    [InlineData("GET /session HTTP/1.1\r\nHost: a\r\nCookie : x\r\n\r\n")]
    [InlineData("GET /session HTTP/9.9\r\nHost: a\r\n\r\n", 505)]
    [InlineData("GET /ses\0sion HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("hello\r\n\r\n")]
    public async Task A_request_that_is_no_HTTP_is_refused(string request, int status = 400) => await AssertOnBothAsync(status, request);

    [Fact]
    public async Task The_longest_login_and_callback_fit_in()
    {
        await using var world = await World.StartAsync();

        var login = await world.Browser.OpenAsync(World.At("/login?returnUrl=%2F" + string.Concat(Enumerable.Repeat("%3F", 1499))));
        var callback = await world.Browser.OpenAsync(World.At($"/callback?state={new string('a', 3000)}&code={new string('a', 128)}&scope={new string('a', 1000)}"));

        Assert.Equal(HttpStatusCode.Found, login.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, callback.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_has_8_KiB_and_a_larger_one_is_not_read(bool isChunked)
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();

        var refused = await LogOutAsync(LargestBody + 1);
        await refused.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "request_too_large");
        await world.AssertLoggedInAsync();

        Assert.Equal(HttpStatusCode.SeeOther, (await LogOutAsync(isChunked ? LargestBody - 100 : LargestBody)).StatusCode);
        await world.AssertLoggedOutAsync();

        async Task<HttpResponseMessage> LogOutAsync(int length)
        {
            using var body = new ByteArrayContent(Encoding.ASCII.GetBytes("returnUrl=%2Fx&a=" + new string('a', length - 17)));
            body.Headers.ContentType = new("application/x-www-form-urlencoded");
            body.Headers.ContentLength = isChunked ? null : length;
            using var form = isChunked ? new ChunkedContent(body) : (HttpContent)body;
            return await world.PostAsync("/logout", form);
        }
    }

    [Theory]
    [InlineData(63, "/x")]
    [InlineData(64, "/")]
    public async Task A_form_has_64_fields_and_more_are_not_read(int others, string location)
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();

        var answer = await world.PostAsync("/logout", new FormUrlEncodedContent(
            [KeyValuePair.Create("returnUrl", "/x"), .. Enumerable.Range(0, others).Select(i => KeyValuePair.Create($"a{i}", ""))]));

        Assert.Equal(location, answer.Headers.Location?.OriginalString);
        await world.AssertLoggedOutAsync();
    }

    [Fact]
    public async Task A_declared_giant_is_refused_before_a_byte_of_it_came()
    {
        await using var world = await World.StartAsync();

        var answer = await WireClient.AnswerAsync(
            world.Broker.Url,
            $"POST /logout HTTP/1.1\r\nHost: {BrokerServer.Authority}\r\nX-CSRF: 1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10000000000\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("kind", "soak")]
    public async Task Whoever_sends_headers_drop_by_drop_is_cut_off()
    {
        await using var world = await World.StartAsync();

        await Task.WhenAll(new[] { world.Broker.Url, world.Broker.ManagementUrl }.Select(server =>
            AssertCutOffAsync(server, "GET /session HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", TimeSpan.FromSeconds(10))));
    }

    [Fact]
    [Trait("kind", "soak")]
    public async Task Whoever_sends_a_body_drop_by_drop_is_cut_off_and_nothing_has_happened()
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();
        var cookie = $"__Host-bff={world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")}";

        var answer = await AssertCutOffAsync(
            world.Broker.Url,
            $"POST /logout HTTP/1.1\r\nHost: {BrokerServer.Authority}\r\nCookie: {cookie}\r\nX-CSRF: 1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 8000\r\n\r\n",
            TimeSpan.FromSeconds(5));

        Assert.Contains("\"code\":\"request_timeout\"", answer, StringComparison.Ordinal);
        await world.AssertLoggedInAsync();
    }

    private static async Task<string> AssertCutOffAsync(Uri server, string begin, TimeSpan patience)
    {
        using var client = await WireClient.ConnectAsync(server);
        await client.SendAsync(begin);
        var watch = Stopwatch.StartNew();
        var answer = client.ReadToEndAsync();
        using var drops = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (!answer.IsCompleted && await drops.WaitForNextTickAsync(TestContext.Current.CancellationToken))
        {
            Assert.True(watch.Elapsed < (patience * 2) + TimeSpan.FromSeconds(5), "It was listened to for very long.");
            try
            {
                await client.SendAsync("a");
            }
            catch (IOException)
            {
                break;
            }
        }

        Assert.True(watch.Elapsed > patience / 2, "It had no time at all.");
        Assert.StartsWith("HTTP/1.1 408", await answer, StringComparison.Ordinal);
        return await answer;
    }

    private static async Task AssertOnBothAsync(int status, string request)
    {
        await using var world = await World.StartAsync();
        foreach (var server in new[] { world.Broker.Url, world.Broker.ManagementUrl })
        {
            Assert.StartsWith($"HTTP/1.1 {status}", await WireClient.AnswerAsync(server, request), StringComparison.Ordinal);
        }
    }

    /// <summary>Its length is not known before.</summary>
    private sealed class ChunkedContent : HttpContent
    {
        private readonly HttpContent _content;

        public ChunkedContent(HttpContent content)
        {
            _content = content;
            Headers.ContentType = content.Headers.ContentType;
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _content.CopyToAsync(stream, context);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
