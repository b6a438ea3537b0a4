using System.Net;
using BffBroker.Endpoints;
using BffBroker.Limits;
using BffBroker.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serilog.Events;

namespace BffBroker.Tests.Security;

/// <summary>The tests' own address, 127.0.0.1, is the peer of every request here.</summary>
public sealed class ForwardedHeaderTests
{
    private const string Victim = "192.0.2.1";

    private static readonly (string, string) One = ("RateLimit:LoginsPerMinute", "1");
    private static readonly (string, string)[] TrustsLoopback = [One, ("Broker:TrustedProxies:0", "127.0.0.1")];

    private static readonly (string, string)[] TrustsMany =
    [
        One, ("Broker:TrustedProxies:0", "127.0.0.0/8"), ("Broker:TrustedProxies:1", "10.1.0.0/16"), ("Broker:TrustedProxies:2", "fd00:1::/32"),
        ("Broker:TrustedProxies:3", "::ffff:198.51.100.0/120"),
    ];

    [Theory]
    [InlineData]
    [InlineData("Broker:TrustedProxies:0", "127.0.0.2")]
    [InlineData("Broker:TrustedProxies:0", "::1")]
    [InlineData("ForwardedHeaders_Enabled", "true")]
    public async Task Forwarded_headers_of_an_untrusted_peer_change_nothing(params string[] setting)
    {
        await using var world = await World.StartAsync([("RateLimit:LoginsPerMinute", "1"), .. setting.Chunk(2).Select(pair => (pair[0], pair[1]))]);

        // Begins no login, and does not count.
        var elsewhere = await LogInAsync(world, ("X-Forwarded-For", "203.0.113.1"), ("Host", "10.0.0.9"), ("X-Forwarded-Host", BrokerServer.Authority));
        Assert.Equal(HttpStatusCode.TemporaryRedirect, elsewhere.StatusCode);
        Assert.StartsWith("http://localhost:8080/login?", elsewhere.Headers.Location!.OriginalString, StringComparison.Ordinal);

        var login = await LogInAsync(
            world, ("X-Forwarded-For", "203.0.113.2"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "ftp"), ("X-Forwarded-Prefix", "/evil"),
            ("Forwarded", "for=203.0.113.2;host=evil.example;proto=ftp"), ("X-Real-IP", "203.0.113.2"), ("X-Original-For", "203.0.113.2"), ("X-Original-Host", "evil.example"));
        Assert.Equal(HttpStatusCode.Found, login.StatusCode);
        Assert.Contains("redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fcallback&", login.Headers.Location!.OriginalString, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await LogInAsync(world, ("X-Forwarded-For", "203.0.113.3"))).StatusCode);
    }

    [Fact]
    public async Task Forwarded_headers_of_a_trusted_proxy_tell_client_and_host()
    {
        await using var world = await World.StartAsync(TrustsLoopback);

        Assert.Equal(HttpStatusCode.Found, (await LogInAsync(world, ("X-Forwarded-For", "203.0.113.1"))).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await LogInAsync(world, ("X-Forwarded-For", "203.0.113.2"), ("Host", "10.0.0.9"), ("X-Forwarded-Host", BrokerServer.Authority))).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await LogInAsync(world, ("X-Forwarded-For", "203.0.113.1"))).StatusCode);
    }

    [Fact]
    public async Task Nothing_is_built_from_forwarded_headers_even_if_a_trusted_proxy_passes_on_a_lie()
    {
        await using var world = await World.StartAsync(("Broker:TrustedProxies:0", "0.0.0.0/0"));
        (string, string)[] lies = [("X-Forwarded-For", Victim), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "javascript"), ("X-Forwarded-Prefix", "/evil")];

        foreach (var path in new[] { "/login", "/callback", "/me", "/session", "/nowhere" })
        {
            var answer = await world.Browser.SendAsync(HttpMethod.Get, World.At(path), headers: lies);
            var text = string.Join('\n', answer.Headers.Concat(answer.Content.Headers).SelectMany(header => header.Value)) + await answer.TextAsync();
            Assert.DoesNotContain("evil", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("javascript", text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData(Victim, true)]
    [InlineData("203.0.113.9, " + Victim, true)]
    [InlineData("203.0.113.9, " + Victim + ", 10.1.2.3", true)]
    [InlineData("203.0.113.9, " + Victim + ", 10.1.2.3, 127.0.0.5, fd00:1::5, 198.51.100.7", true)]
    [InlineData(Victim + ":54321", true)]
    [InlineData("::ffff:" + Victim, true)]
    [InlineData("[::ffff:" + Victim + "]:443", true)]
    [InlineData(" " + Victim + " ,10.1.2.3 ", true)]
    [InlineData("\"" + Victim + "\"", true)]
    [InlineData(Victim + ", 203.0.113.9", false)]
    [InlineData(Victim + ", 10.2.0.1", false)]
    [InlineData(Victim + ", fd00:2::5", false)]
    [InlineData(Victim + ", unknown", false)]
    [InlineData(Victim + ", unknown, 10.1.2.3", false)]
    [InlineData("unknown", false)]
    [InlineData("999.1.1.1", false)]
    [InlineData("", false)]
    public async Task The_client_is_the_first_address_from_the_right_that_is_no_proxy(string forwardedFor, bool isVictim)
    {
        await using var world = await World.StartAsync(TrustsMany);
        await LogInAsync(world, ("X-Forwarded-For", Victim));

        var login = await LogInAsync(world, ("X-Forwarded-For", forwardedFor));

        Assert.Equal(isVictim ? HttpStatusCode.TooManyRequests : HttpStatusCode.Found, login.StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.2")]
    [InlineData("::1")]
    public async Task An_address_of_this_machine_is_a_proxy_only_where_it_is_named(string address)
    {
        await using var world = await World.StartAsync(TrustsLoopback);
        await LogInAsync(world, ("X-Forwarded-For", Victim));

        Assert.Equal(HttpStatusCode.Found, (await LogInAsync(world, ("X-Forwarded-For", $"{Victim}, {address}"))).StatusCode);
    }

    [Fact]
    public async Task Whatever_a_client_sends_itself_it_stays_the_address_that_the_proxy_saw()
    {
        await using var world = await World.StartAsync(TrustsMany);
        var part = Gen.Elements("10.1.2.3", "127.0.0.1", "203.0.113.9", "fd00:1::1", "::1", "[::1]:80", "unknown", "_hidden", "", " ", "1", ":", "[", "\"", "\\\"", "%", "0x7f.1", "for=1.2.3.4");
        var own = part.ArrayOf().SelectMany(parts => Gen.Elements(",", ", ", ";", " ").Select(separator => string.Join(separator, parts)));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(own.ToArbitrary(), text => Task.Run(async () =>
        {
            // The limit holds for a minute, and all cases together may take longer.
            world.Clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(HttpStatusCode.Found, (await LogInAsync(world, ("X-Forwarded-For", Victim))).StatusCode);

            // A second line is what a proxy sends that does not join the two.
            var answer = await WireClient.AnswerAsync(
                world.Broker.Url, $"GET /login HTTP/1.1\r\nHost: localhost:8080\r\nConnection: close\r\nX-Forwarded-For: {text}\r\nX-Forwarded-For: {Victim}\r\n\r\n");
            return answer.StartsWith("HTTP/1.1 429", StringComparison.Ordinal);
        }).GetAwaiter().GetResult()));
    }

    [Fact]
    public async Task A_proxy_that_nobody_named_is_told_of_once_with_the_remedy()
    {
        await using var amazon = await AmazonServer.StartAsync();
        await using var broker = await BrokerProcess.StartAsync(new Dictionary<string, string?>(BrokerServer.Settings(amazon.Url))
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true",
            ["RateLimit:LoginsPerMinute"] = "2",
            ["Serilog:WriteTo:0:Name"] = "Console",
            ["Serilog:WriteTo:0:Args:formatter"] = "Serilog.Formatting.Json.JsonFormatter",
        });
        using var browser = new Browser().Route(BrokerServer.Authority, broker.Url);

        var statuses = new List<HttpStatusCode>();
        foreach (var address in new[] { "203.0.113.1", "203.0.113.2", "203.0.113.3" })
        {
            statuses.Add((await browser.SendAsync(HttpMethod.Get, World.At("/login"), headers: [("X-Forwarded-For", address)])).StatusCode);
        }

        Assert.Equal([HttpStatusCode.Found, HttpStatusCode.Found, HttpStatusCode.TooManyRequests], statuses);
        await Wait.UntilAsync(() => broker.Output.Contains("\"StatusCode\":429", StringComparison.Ordinal), "the last request's line");
        Assert.Single(broker.Output.Split('\n'), line => line.Contains("Broker__TrustedProxies__0=", StringComparison.Ordinal));
        Assert.DoesNotContain("203.0.113.", broker.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.1.2.3", 1)]
    [InlineData("fd00::1", 1)]
    [InlineData("203.0.113.1", 0)]
    [InlineData("2001:db8::1", 0)]
    public async Task Only_a_peer_in_a_private_network_is_taken_for_a_proxy_that_nobody_named(string peer, int warnings)
    {
        using var log = new RecordingLog();
        using var loggers = new LoggerFactory([log]);
        var connections = new ConnectionLimits(_ => false, ListenerCapacity.OfManagement, loggers.CreateLogger<ConnectionLimits>());
        var trust = new PeerTrust(_ => Task.CompletedTask, new(Options.Create(new BrokerOptions())), connections, loggers.CreateLogger<PeerTrust>());
        var http = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(peer) } };
        http.Request.Headers["X-Forwarded-For"] = Victim;

        await trust.InvokeAsync(http);

        Assert.Equal(warnings, log.Count("is no trusted proxy"));
    }

    [Theory]
    [InlineData("0.0.0.0/0", 1)]
    [InlineData("10.0.0.0/8", 0)]
    public async Task Ranges_that_hold_practically_everybody_are_told_of_once_at_the_start(string range, int warnings)
    {
        var log = new RecordingSink();
        await using var world = await World.StartAsync([("Broker:TrustedProxies:0", range), .. log.Settings(LogEventLevel.Warning)]);
        await LogInAsync(world);
        await LogInAsync(world);

        Assert.Equal(warnings, log.Events.Count(line => $"{line.Properties.GetValueOrDefault("EventId")}".Contains("Id: 4402", StringComparison.Ordinal)));
        Assert.Equal(warnings, log.Events.Count(line => $"{line.Properties.GetValueOrDefault("Ranges")}" == $"\"{range}\""));
    }

    private static Task<HttpResponseMessage> LogInAsync(World world, params (string, string)[] headers) =>
        world.Browser.SendAsync(HttpMethod.Get, World.At("/login"), headers: headers);
}
