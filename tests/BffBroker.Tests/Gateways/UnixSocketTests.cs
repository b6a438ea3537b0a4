using System.Net;
using System.Net.Sockets;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>A broker that listens on a Unix socket, where a peer has no address.</summary>
public sealed class UnixSocketTests : IAsyncLifetime
{
    private static readonly (string, string)[] OfGateway =
        [("X-Forwarded-Method", "GET"), ("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", BrokerServer.Authority), ("X-Forwarded-Uri", "/x"), .. GatewayWorld.Navigation];

    private readonly TemporaryFolder _folder = new();
    private readonly OwnRedis _redis = new();
    private AmazonServer _amazon = null!;

    private string SocketPath => Path.Combine(_folder.Path, "bff.sock");

    public async ValueTask InitializeAsync()
    {
        _amazon = await AmazonServer.StartAsync();
        await _redis.RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _redis.Dispose();
        await _amazon.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_proxy_on_the_socket_is_believed_where_unix_is_among_the_trusted_proxies()
    {
        await using var broker = await StartAsync(("Broker:TrustedProxies:0", "unix"), ("RateLimit:LoginsPerMinute", "1"));

        Assert.Equal(HttpStatusCode.Found, await AskAsync("/auth/forward", OfGateway));
        Assert.Equal(HttpStatusCode.Found, await AskAsync("/login", ("X-Forwarded-For", "203.0.113.1")));
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync("/login", ("X-Forwarded-For", "203.0.113.1")));

        // What stands to the left is the client's own claim.
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync("/login", ("X-Forwarded-For", "203.0.113.2, 203.0.113.1")));
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync("/login", ("X-Forwarded-For", "203.0.113.3, 127.0.0.1, 203.0.113.1")));
        Assert.Equal(HttpStatusCode.Found, await AskAsync("/login", ("X-Forwarded-For", "203.0.113.1, 203.0.113.4")));
        Assert.DoesNotContain("Broker__TrustedProxies__0=", broker.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.ServiceUnavailable)]
    [InlineData("127.0.0.1", HttpStatusCode.Forbidden)]
    [InlineData("0.0.0.0", HttpStatusCode.Forbidden)]
    public async Task Nobody_on_the_socket_is_believed_where_it_is_not_and_the_log_names_the_remedy(string? trusted, HttpStatusCode status)
    {
        await using var broker = await StartAsync([("RateLimit:LoginsPerMinute", "1"), .. trusted is null ? Array.Empty<(string, string)>() : [("Broker:TrustedProxies:0", trusted)]]);

        Assert.Equal(status, await AskAsync("/auth/forward", OfGateway));
        Assert.Equal(HttpStatusCode.Found, await AskAsync("/login", ("X-Forwarded-For", "203.0.113.1")));
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync("/login", ("X-Forwarded-For", "203.0.113.2")));
        await Wait.UntilAsync(
            () => broker.Output.Split('\n').Any(line => line.Contains("Broker__TrustedProxies__0={Peer}", StringComparison.Ordinal) && line.Contains("\"Peer\":\"unix\"", StringComparison.Ordinal)),
            "the remedy in the log");
    }

    [Fact]
    public async Task The_shipped_nginx_reaches_the_broker_over_the_socket()
    {
        await using var broker = await StartAsync(("Broker:TrustedProxies:0", "unix"));
        using var events = new SemaphoreSlim(0);
        await using var service = await ProtectedService.StartAsync(events);
        await using var nginx = await RunningGateway.StartAsync(GatewayProgram.Nginx, new($"unix:{SocketPath}", service.Url.Authority, _folder.Path));
        using var browser = new Browser().Route(BrokerServer.Authority, nginx.Url);

        Assert.Equal(HttpStatusCode.Found, (await browser.OpenAsync(World.At("/service/page"))).StatusCode);
        var visit = await browser.VisitAsync(World.At("/service/page"));

        Assert.Equal((HttpStatusCode.OK, "/service/page"), (visit.Response.StatusCode, visit.Url.AbsolutePath));
        Assert.Equal(HttpStatusCode.OK, (await browser.FetchAsync(HttpMethod.Get, World.At("/me"))).StatusCode);
    }

    private Task<BrokerProcess> StartAsync(params (string Key, string Value)[] settings)
    {
        var all = BrokerProcess.Settings(_amazon.Url, _redis.ConnectionString, "bff:", _folder.Path);
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return BrokerProcess.StartAsync(all, $"http://unix:{SocketPath}");
    }

    private async Task<HttpStatusCode> AskAsync(string path, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectCallback = ConnectAsync });
        using var request = new HttpRequestMessage(HttpMethod.Get, World.At(path));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
