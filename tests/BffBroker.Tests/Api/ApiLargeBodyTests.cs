using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Api;

public sealed class ApiLargeBodyTests
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromMinutes(2) };

    [Theory]
    [Trait("kind", "soak")]
    [InlineData("/api/orders/upload")]
    [InlineData("/api/open/upload")]
    public async Task A_hundred_megabytes_go_up_and_down_with_flat_memory(string path)
    {
        const int size = 100 * 1024 * 1024;
        using var redis = await OwnRedis.StartAsync();
        await using var upstream = await UpstreamServer.StartAsync();
        await using var nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 1, hasLinks: false, ApiWorld.Settings(upstream.Url));
        var session = await nodes.LogInAsync(TimeSpan.FromHours(1));
        var received = 0L;
        upstream.Answer = async http =>
        {
            var buffer = new byte[64 * 1024];
            while (await http.Request.Body.ReadAsync(buffer) is > 0 and var length)
            {
                received += length;
            }

            for (var sent = 0; sent < size; sent += buffer.Length)
            {
                await http.Response.Body.WriteAsync(buffer);
            }
        };
        await SendAsync(1024 * 1024); // what the first request compiles and allocates is no part of it
        var before = MemoryOf(nodes[0].Process);
        received = 0;

        var down = await SendAsync(size);

        Assert.Equal((size, size), (received, down));
        var grown = MemoryOf(nodes[0].Process) - before;
        Assert.True(grown < 40 * 1024 * 1024, $"It grew by {grown / 1024 / 1024} MiB.");

        async Task<long> SendAsync(int length)
        {
            using var content = new StreamContent(new MemoryStream(new byte[length]));
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(nodes[0].Process.Url, path)) { Content = content };
            request.Headers.TransferEncodingChunked = path.StartsWith("/api/open", StringComparison.Ordinal);
            request.Headers.Add("X-CSRF", "1");
            request.Headers.Add("Cookie", $"__Host-bff={session.Cookie}");
            using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, nodes[0].Process.Output);
            await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            var (buffer, total) = (new byte[64 * 1024], 0L);
            while (await body.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var read)
            {
                total += read;
            }

            return total;
        }
    }

    private static long MemoryOf(BrokerProcess broker)
    {
        broker.Process.Refresh();
        return broker.Process.WorkingSet64;
    }
}
