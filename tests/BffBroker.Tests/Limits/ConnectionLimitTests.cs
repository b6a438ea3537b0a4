using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using BffBroker.Limits;
using BffBroker.Tests.Deploy;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Sandbox;

namespace BffBroker.Tests.Limits;

/// <summary>What clients can take of a node's connections and of its memory, tried on a real process with the memory of the shipped manifest.</summary>
[Collection(typeof(WholeMachine))]
public sealed class ConnectionLimitTests(RedisServer redis)
{
    private const int Attempts = 10_000;
    private const long MiB = 1024 * 1024;
    private static readonly (string, string) TrustsLoopback = ("Broker:TrustedProxies:0", "127.0.0.1");

    // A container of so much memory leaves three quarters of it to the heap.
    private static long ManifestMemory => BytesOf(Manifests.Of("base").Container.Text("resources", "limits", "memory"));

    private static long ManifestHeap => ManifestMemory * 3 / 4;

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void What_all_connections_and_their_requests_can_cost_fits_into_the_memory_of_the_manifest(bool hasTrustedProxies, bool hasHttp2)
    {
        var capacity = ListenerCapacity.For(ManifestHeap, hasTrustedProxies, hasHttp2);

        var ofProxies = hasTrustedProxies ? capacity.Connections * ListenerCapacity.BytesOfProxy : 0;
        var ofClients = capacity.OfClients * ListenerCapacity.BytesOfClient * (hasHttp2 ? ListenerCapacity.RequestsByHttp2 : 1);
        Assert.InRange(ListenerCapacity.BytesOfBroker + ofProxies + ofClients + capacity.BytesOfRequests, 0, ManifestHeap);
        Assert.InRange(capacity.OfClients, hasHttp2 ? 30 : 500, capacity.Connections);
        Assert.InRange(capacity.OfOneClient, hasHttp2 ? 2 : 2 * 6, capacity.OfClients / 4); // two browsers, and no more than a quarter of all
    }

    [Theory, Trait("kind", "soak")]
    [InlineData("silence", "")]
    [InlineData("unfinished headers", "GET /session HTTP/1.1\r\nHost: localhost:8080\r\nX-Slow: ", 31_000)]
    [InlineData("many unfinished headers", "GET /session HTTP/1.1\r\nHost: localhost:8080\r\n", 0, 95)]
    [InlineData("open bodies", "POST /logout HTTP/1.1\r\nHost: localhost:8080\r\nX-CSRF: 1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 59000\r\n\r\nreturnUrl=", 58_900)]
    [InlineData("small open bodies through a gateway", "POST /logout HTTP/1.1\r\nHost: localhost:8080\r\nX-CSRF: 1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 8000\r\n\r\nreturnUrl=", 7_900)]
    [InlineData("answered requests with many cookies through a gateway", "GET /session HTTP/1.1\r\nHost: localhost:8080\r\nCookie: ", 31_000, 0, "\r\n\r\n")]
    [InlineData("chunks through a gateway", "POST /logout HTTP/1.1\r\nHost: localhost:8080\r\nX-CSRF: 1\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n1ee0\r\na=", 7_000)]
    public async Task Ten_thousand_clients_do_not_exhaust_the_memory_of_the_manifest_and_a_user_is_served_meanwhile(
        string what, string begin, int more = 0, int headers = 0, string end = "")
    {
        var request = begin + string.Concat(Enumerable.Range(0, headers).Select(i => $"X-{i}: {new string('a', 300)}\r\n")) + new string('a', more) + end;
        await using var nodes = await StartAsync(TrustsLoopback);
        var (node, user) = (nodes[0], await nodes.LogInAsync(TimeSpan.FromHours(1)));
        var clients = new List<WireClient>();
        try
        {
            for (var i = 0; i < Attempts; i++)
            {
                var from = what.EndsWith("gateway", StringComparison.Ordinal) ? IPAddress.Loopback : AddressOf(i);
                clients.Add(await WireClient.ConnectAsync(node.Process.Url, from));
                await TrySendAsync(clients[^1], request);
                if (i % 500 == 499)
                {
                    await AssertServedAsync(node, user, i);
                }
            }

            Assert.InRange(PeakMemory(node.Process.Process) / MiB, 0, ManifestMemory / MiB);
            if (end.Length == 0) // a proxy may keep as many connections as the listener takes: then it is full
            {
                Assert.Equal(HttpStatusCode.OK, (await node.AdministerAsync(HttpMethod.Get, "/health/ready")).StatusCode);
            }
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        await AssertServedAsync(node, user, Attempts);
    }

    /// <summary>Of each endpoint that a body can be sent to, without a session.</summary>
    [Theory, Trait("kind", "soak")]
    [InlineData("POST /logout")]
    [InlineData("POST /logout", 59_000)]
    [InlineData("POST /logout?returnUrl=%2F")]
    [InlineData("DELETE /sessions")]
    [InlineData("DELETE /sessions/x")]
    [InlineData("PUT /me")]
    [InlineData("GET /login")]
    [InlineData("GET /callback")]
    [InlineData("POST /auth/nginx")]
    [InlineData("POST /auth/forward")]
    [InlineData("POST /api/orders")]
    [InlineData("POST /nowhere")]
    public async Task An_anonymous_connection_costs_no_more_than_it_is_counted_for(string endpoint, int length = 8_000)
    {
        const int count = 400;
        await using var nodes = await StartAsync(
            TrustsLoopback,
            ("ReverseProxy:Routes:orders:ClusterId", "orders"),
            ("ReverseProxy:Routes:orders:Match:Path", "/api/orders/{**rest}"),
            ("ReverseProxy:Routes:orders:Metadata:BffBroker.Token", "user"),
            ("ReverseProxy:Clusters:orders:Destinations:a:Address", "http://127.0.0.1:1/"));
        var request = $"{endpoint} HTTP/1.1\r\nHost: localhost:8080\r\nX-CSRF: 1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\na={new string('a', length - 100)}";
        var clients = new List<WireClient>();
        try
        {
            await OpenAsync(100);
            var before = Memory(nodes[0].Process.Process);
            await OpenAsync(count);

            Assert.InRange((Memory(nodes[0].Process.Process) - before) / count, long.MinValue, ListenerCapacity.BytesOfClient);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        async Task OpenAsync(int more)
        {
            for (var i = 0; i < more; i++)
            {
                clients.Add(await WireClient.ConnectAsync(nodes[0].Process.Url, AddressOf(clients.Count)));
                await TrySendAsync(clients[^1], request);
            }
        }
    }

    [Fact, Trait("kind", "soak")]
    public async Task A_client_alone_does_not_close_the_listener_and_readiness_knows_when_all_together_have()
    {
        var memory = ListenerCapacity.BytesOfBroker + (2 * 260 * ListenerCapacity.BytesOfClient);
        var capacity = ListenerCapacity.For(memory, hasTrustedProxies: false, hasHttp2: false);
        await using var nodes = await StartAsync(memory);
        var (node, one) = (nodes[0], IPAddress.Parse("127.2.0.1"));
        var clients = new List<WireClient>();
        try
        {
            await OpenAsync(one, capacity.OfOneClient);
            using var tooMany = await WireClient.ConnectAsync(node.Process.Url, one);
            Assert.Equal("", await tooMany.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
            Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/session", null)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await node.AdministerAsync(HttpMethod.Get, "/health/ready")).StatusCode);
            await Wait.UntilAsync(() => node.Process.Output.Contains("\"Id\":9001", StringComparison.Ordinal), "the warning");

            for (var (i, left) = (0, capacity.OfClients - capacity.OfOneClient - 1); left > 0; i++) // one is the connection of the request above
            {
                await OpenAsync(IPAddress.Parse($"127.2.1.{i}"), Math.Min(left, capacity.OfOneClient));
                left -= capacity.OfOneClient;
            }

            await Wait.UntilAsync(async () => (await node.AdministerAsync(HttpMethod.Get, "/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable, "the node to be full");
            await Wait.UntilAsync(() => node.Process.Output.Contains("The public listener takes no more connections", StringComparison.Ordinal), "the event");
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        await Wait.UntilAsync(async () => (await node.AdministerAsync(HttpMethod.Get, "/health/ready")).StatusCode == HttpStatusCode.OK, "the node to be ready again");

        // Each is about to ask: none of them is silent.
        async Task OpenAsync(IPAddress from, int count)
        {
            for (var i = 0; i < count; i++)
            {
                clients.Add(await WireClient.ConnectAsync(node.Process.Url, from));
                await clients[^1].SendAsync("GET /nowhere HTTP/1.1\r\nHost: localhost:8080\r\n");
            }
        }
    }

    [Fact, Trait("kind", "soak")]
    public async Task Where_clients_have_half_of_the_connections_each_is_closed_after_its_answer_and_before_that_it_stays()
    {
        var memory = ListenerCapacity.BytesOfBroker + (2 * 260 * ListenerCapacity.BytesOfClient);
        var capacity = ListenerCapacity.For(memory, hasTrustedProxies: false, hasHttp2: false);
        await using var nodes = await StartAsync(memory);
        var clients = new List<WireClient>();
        try
        {
            for (var i = 0; i < capacity.OfClients / 2; i++)
            {
                clients.Add(await WireClient.ConnectAsync(nodes[0].Process.Url, IPAddress.Parse($"127.2.1.{i % 10}")));
                await clients[^1].SendAsync("GET /nowhere HTTP/1.1\r\nHost: localhost:8080\r\n\r\n");
                var answer = await clients[^1].ReadAsync();
                Assert.Equal(i + 1 >= capacity.OfClients / 2, answer.Contains("Connection: close", StringComparison.Ordinal));
            }
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    /// <summary>Through a gateway any number of clients may send as large requests as they like, where an API without a token lets them in.</summary>
    [Fact, Trait("kind", "soak")]
    public async Task Calls_that_an_API_keeps_waiting_do_not_exhaust_the_memory_of_the_manifest_and_a_user_is_served_meanwhile()
    {
        const int count = 4000;
        using var api = new TcpListener(IPAddress.Loopback, 0);
        api.Start(count); // it answers nothing, ever
        await using var nodes = await StartAsync(
            TrustsLoopback,
            ("ReverseProxy:Routes:slow:ClusterId", "slow"),
            ("ReverseProxy:Routes:slow:Match:Path", "/api/slow/{**rest}"),
            ("ReverseProxy:Routes:slow:Metadata:BffBroker.Token", "none"),
            ("ReverseProxy:Clusters:slow:Destinations:a:Address", $"http://{api.LocalEndpoint}/"));
        var (node, user) = (nodes[0], await nodes.LogInAsync(TimeSpan.FromHours(1)));
        var clients = new List<WireClient>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                clients.Add(await WireClient.ConnectAsync(node.Process.Url));
                await clients[^1].SendAsync(
                    $"POST /api/slow/x HTTP/1.1\r\nHost: localhost:8080\r\nX-Forwarded-For: 192.0.2.{i % 250}\r\nCookie: x={i}{new string('a', 30_000)}\r\nContent-Length: 40000\r\n\r\n{new string('b', 30_000)}");
                if (i % 500 == 499)
                {
                    await AssertServedAsync(node, user, i);
                }
            }

            Assert.StartsWith("HTTP/1.1 503", await clients[^1].ReadAsync(), StringComparison.Ordinal);
            Assert.InRange(PeakMemory(node.Process.Process) / MiB, 0, ManifestMemory / MiB);
            await Wait.UntilAsync(() => node.Process.Output.Contains("\"Id\":9002", StringComparison.Ordinal), "the warning");
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        await AssertServedAsync(node, user, count);
    }

    /// <summary>Each of its connections may hold as much as many by HTTP/1.1.</summary>
    [Theory]
    [InlineData("Kestrel:EndpointDefaults:Protocols", null)]
    [InlineData("Kestrel:EndpointDefaults:Protocols", "Http1AndHttp2")]
    [InlineData("Kestrel:Endpoints:https:Protocols", "Http1AndHttp2")]
    [InlineData("Kestrel:Endpoints:https:Sni:localhost:Protocols", "Http1AndHttp2")]
    public async Task HTTP_2_is_spoken_only_where_the_configuration_asks_for_it(string key, string? value)
    {
        using var folder = new TemporaryFolder();
        var settings = WithTls(folder);
        (string, string)[] sni = key.Contains("Sni", StringComparison.Ordinal) ? [("Kestrel:Endpoints:https:Sni:localhost:Certificate:Path", settings[1].Value)] : [];
        await using var world = await World.StartAsync([.. settings, .. sni, .. value is null ? [] : new[] { (key, value) }]);

        await using var tls = await ShakeHandsAsync(world);

        Assert.Equal(value is null ? SslApplicationProtocol.Http11 : SslApplicationProtocol.Http2, tls.NegotiatedApplicationProtocol);
        var capacity = world.Broker.Services.GetRequiredService<ListenerCapacity>();
        Assert.Equal(ListenerCapacity.For(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, hasTrustedProxies: false, hasHttp2: value is not null), capacity);
    }

    [Fact, Trait("kind", "soak")]
    public async Task A_client_of_the_management_listener_that_says_nothing_keeps_no_probe_out()
    {
        await using var world = await World.StartAsync();
        var (one, other) = (IPAddress.Parse("127.2.0.1"), IPAddress.Parse("127.2.0.2"));
        var clients = new List<WireClient>();
        try
        {
            for (var i = 0; i < ListenerCapacity.OfManagement.Connections; i++)
            {
                clients.Add(await WireClient.ConnectAsync(world.Broker.ManagementUrl, one));
            }

            Assert.True(await world.Broker.IsReadyAsync()); // of this machine
            using var probe = await WireClient.ConnectAsync(world.Broker.ManagementUrl, other);
            await probe.SendAsync("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200", await probe.ReadAsync(), StringComparison.Ordinal);
            Assert.Equal("", await clients[0].ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)); // closed for its silence
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Fact, Trait("kind", "soak")]
    public async Task A_connection_that_says_nothing_is_closed_after_ten_seconds_and_one_that_was_used_stays()
    {
        await using var world = await World.StartAsync();
        using var used = await WireClient.ConnectAsync(world.Broker.Url);
        await used.SendAsync("GET /auth/nginx HTTP/1.1\r\nHost: localhost:8080\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 401", await used.ReadAsync(), StringComparison.Ordinal);

        using var silent = await WireClient.ConnectAsync(world.Broker.Url);
        var watch = Stopwatch.StartNew();
        Assert.Equal("", await silent.ReadToEndAsync());

        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(30));
        await used.SendAsync("GET /auth/nginx HTTP/1.1\r\nHost: localhost:8080\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 401", await used.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact, Trait("kind", "soak")]
    public async Task A_connection_that_says_nothing_after_the_handshake_of_TLS_is_closed_and_one_that_was_used_stays()
    {
        using var folder = new TemporaryFolder();
        await using var world = await World.StartAsync(WithTls(folder));
        await using var used = await ShakeHandsAsync(world);
        await using var silent = await ShakeHandsAsync(world);
        await used.WriteAsync("GET /auth/nginx HTTP/1.1\r\nHost: localhost:8080\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        var buffer = new byte[4096];
        Assert.NotEqual(0, await used.ReadAsync(buffer, TestContext.Current.CancellationToken));
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<IOException>(async () => await silent.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken));

        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(90));
        await used.WriteAsync("GET /auth/nginx HTTP/1.1\r\nHost: localhost:8080\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.NotEqual(0, await used.ReadAsync(buffer, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_connection_that_says_nothing_does_not_keep_a_node_from_stopping()
    {
        var world = await World.StartAsync();
        using var silent = await WireClient.ConnectAsync(world.Broker.Url);
        await WireClient.AnswerAsync(world.Broker.Url, "GET /session HTTP/1.1\r\nHost: localhost:8080\r\nConnection: close\r\n\r\n"); // accepted after it

        var watch = Stopwatch.StartNew();
        await world.DisposeAsync();

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }

    private static (string Key, string Value)[] WithTls(TemporaryFolder folder)
    {
        var certificate = Path.Combine(folder.Path, "server.pfx");
        File.WriteAllBytes(certificate, ThrowAwayCertificate.For("localhost").Export(X509ContentType.Pfx));
        return [("Kestrel:Endpoints:https:Url", "https://127.0.0.1:0"), ("Kestrel:Endpoints:https:Certificate:Path", certificate)];
    }

    private static async Task<SslStream> ShakeHandsAsync(World world)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(world.Broker.Url.Host, world.Broker.Url.Port, TestContext.Current.CancellationToken);
        var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] },
            TestContext.Current.CancellationToken);
        return tls;
    }

    private Task<BrokerNodes> StartAsync(params (string Key, string Value)[] settings) => StartAsync(ManifestHeap, settings);

    private Task<BrokerNodes> StartAsync(long heap, params (string Key, string Value)[] settings) =>
        BrokerNodes.StartAsync(redis.ConnectionString, 1, hasLinks: false, [("DOTNET_GCHeapHardLimit", heap.ToString("x", CultureInfo.InvariantCulture)), .. settings]);

    private static async Task AssertServedAsync(BrokerNode node, UserSession user, int after)
    {
        using var answer = await node.GetAsync("/me", user);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode} after {after} clients\n{node.Process.Output}");
    }

    // What the node closes before all is sent is what this is about.
    private static async Task TrySendAsync(WireClient client, string request)
    {
        try
        {
            await client.SendAsync(request);
        }
        catch (IOException)
        {
        }
    }

    private static IPAddress AddressOf(int client) => new([127, 3, (byte)(client >> 8), (byte)client]);

    private static long PeakMemory(Process process) => StatusOf(process, "VmHWM");

    private static long Memory(Process process) => StatusOf(process, "VmRSS");

    private static long StatusOf(Process process, string name) => 1024 * long.Parse(
        File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    private static long BytesOf(string quantity) => quantity.EndsWith("Mi", StringComparison.Ordinal)
        ? long.Parse(quantity[..^2], CultureInfo.InvariantCulture) * MiB
        : throw new FormatException($"{quantity}: this test reads Mi only.");
}
