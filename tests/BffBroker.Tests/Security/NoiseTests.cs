using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using BffBroker.Tests.Support;
using FsCheck.Fluent;

namespace BffBroker.Tests.Security;

/// <summary>Noise, on several connections to both listeners of a real process.</summary>
[Trait("kind", "soak")]
public sealed class NoiseTests(RedisServer redis) : IDisposable
{
    private const int Connections = 6;

    // Noise that leaks a kilobyte a request would cost several times as much. The heap of the workstation collector stays far below: it is measured
    // after the same noise twice, and may come down as long as it likes.
    private const long Tolerance = 64 * 1024 * 1024;

    private const int WarmUp = 3000;
    private const int Noise = 10_000;

    private static readonly TimeSpan LimitsEnd = TimeSpan.FromSeconds(90);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Noise_leaves_a_process_that_is_healthy_and_no_bigger()
    {
        await using var amazon = await AmazonServer.StartAsync();
        var settings = BrokerProcess.Settings(amazon.Url, redis.ConnectionString, $"test-{Guid.NewGuid():N}:", _folder.Path);
        settings["Redis:Timeout"] = "00:00:10"; // a busy machine is no outage
        settings["Serilog:MinimumLevel:Default"] = "Warning";
        settings["DOTNET_gcServer"] = "0";
        settings["Broker:TrustedProxies:0"] = "127.0.0.1"; // so that what is forwarded is read
        await using var broker = await BrokerProcess.StartAsync(settings);
        using var browser = new Browser().Route(BrokerServer.Authority, broker.Url);
        await browser.VisitAsync(World.At("/login"));
        var cookie = browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")!;

        await MakeNoiseAsync(broker, cookie, WarmUp);
        var before = SizeOf(broker.Process);
        await MakeNoiseAsync(broker, cookie, Noise);

        await Wait.UntilAsync(() => SizeOf(broker.Process) < before + Tolerance, $"the process to be as big as before, {before} bytes, and no {SizeOf(broker.Process)}");
        Assert.Equal(200, (await RawRequest.GetAsync(broker.ManagementUrl, "/health/ready")).Status);
        await Wait.UntilAsync(() => CanLogInAsync(broker), "a login to work", LimitsEnd);
        Assert.DoesNotContain("Unhandled exception", broker.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(broker.Output.Split('\n'), line => line.Contains("\"Level\":\"Error\"", StringComparison.Ordinal) && line.Contains("\"Exception\":", StringComparison.Ordinal));
    }

    private static async Task MakeNoiseAsync(BrokerProcess broker, string cookie, int count)
    {
        var requests = HostileRequest.Whole($"Cookie: __Host-bff={cookie}").Sample(2000, 20).ToArray();
        var sent = 0;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(connection => Task.Run(async () =>
        {
            var server = connection % 3 == 0 ? broker.ManagementUrl : broker.Url;
            while (Interlocked.Increment(ref sent) <= count)
            {
                Assert.False(broker.Process.HasExited, broker.Output);
                await RawRequest.SendAsync(server, Spoil(requests[RandomNumberGenerator.GetInt32(requests.Length)]));
            }
        })));
    }

    // A third as it is, a third with some bytes changed, a third nothing but bytes.
    private static byte[] Spoil(string request)
    {
        var bytes = Encoding.Latin1.GetBytes(request);
        switch (RandomNumberGenerator.GetInt32(3))
        {
            case 0:
                for (var i = 0; i < 1 + (bytes.Length / 50); i++)
                {
                    bytes[RandomNumberGenerator.GetInt32(bytes.Length)] = (byte)RandomNumberGenerator.GetInt32(256);
                }

                return bytes;
            case 1:
                return RandomNumberGenerator.GetBytes(1 + RandomNumberGenerator.GetInt32(5000));
            default:
                return bytes;
        }
    }

    private static long SizeOf(Process process)
    {
        process.Refresh();
        return process.WorkingSet64;
    }

    private static async Task<bool> CanLogInAsync(BrokerProcess broker)
    {
        using var browser = new Browser().Route(BrokerServer.Authority, broker.Url);
        await browser.VisitAsync(World.At("/login"));
        using var me = await browser.FetchAsync(HttpMethod.Get, World.At("/me"));
        return me.StatusCode == HttpStatusCode.OK;
    }
}
