using System.Security.Cryptography.X509Certificates;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Management;

public sealed class CommandLineTests(RedisServer redis) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("chekc")]
    [InlineData("check", "strictly")]
    [InlineData("healthcheck", "lively")]
    [InlineData("new-key", "now")]
    [InlineData("new-certificate")]
    [InlineData("new-certificate", "one.pem", "two.pem")]
    public async Task A_word_that_is_no_verb_starts_nothing_and_is_answered_with_the_verbs(params string[] arguments)
    {
        var (exitCode, output) = await BrokerProcess.RunAsync(new Dictionary<string, string?>(), arguments);

        Assert.Equal(64, exitCode);
        Assert.StartsWith("Usage: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_tells_the_verbs()
    {
        var (exitCode, output) = await BrokerProcess.RunAsync(new Dictionary<string, string?>(), "--help");

        Assert.Equal(0, exitCode);
        Assert.All(["check", "healthcheck [live]", "new-certificate FILE", "new-key"], verb => Assert.Contains($"\n  {verb}", output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--Amazon:Region=canary")]
    [InlineData("Amazon:Region=canary")]
    public async Task A_setting_may_be_the_first_word(string setting)
    {
        var (exitCode, output) = await BrokerProcess.RunAsync(new Dictionary<string, string?>(), setting);

        Assert.Equal(78, exitCode);
        Assert.Contains("- Amazon:Region: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_certificate_serves_a_broker_and_is_never_written_over()
    {
        var file = Path.Combine(_folder.Path, "keyring.pem");
        var made = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => BrokerProcess.RunAsync(new Dictionary<string, string?>(), "new-certificate", file)));
        Assert.All(made, run => Assert.True(run.ExitCode == 0, run.Output));
        var pem = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);

        Assert.Equal(0, (await BrokerProcess.RunAsync(new Dictionary<string, string?>(), "new-certificate", file)).ExitCode);

        Assert.Equal(pem, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal([file], Directory.GetFiles(_folder.Path));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        using var certificate = X509Certificate2.CreateFromPemFile(file);
        Assert.Equal(3072, certificate.GetRSAPrivateKey()?.KeySize);

        var settings = BrokerProcess.Settings(new("http://127.0.0.1:1"), redis.ConnectionString, $"test-{Guid.NewGuid():N}:", _folder.Path);
        settings["KeyRing:CertificateFile"] = file;
        await using var broker = await BrokerProcess.StartAsync(settings);
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_written_is_said_so()
    {
        var (exitCode, output) = await BrokerProcess.RunAsync(new Dictionary<string, string?>(), "new-certificate", Path.Combine(_folder.Path, "missing", "keyring.pem"));

        Assert.Equal(1, exitCode);
        Assert.Contains("could not be written", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_health_check_asks_the_management_listener_and_passes_by_every_proxy()
    {
        var settings = BrokerProcess.Settings(new("http://127.0.0.1:1"), redis.ConnectionString, $"test-{Guid.NewGuid():N}:", _folder.Path);
        await using var broker = await BrokerProcess.StartAsync(settings);

        foreach (var host in new[] { "127.0.0.1", "0.0.0.0", "*", "+", "localhost" })
        {
            await AnswersAsync((0, "ready"), host, broker.ManagementUrl.Port);
        }

        await AnswersAsync((0, "live"), "127.0.0.1", broker.ManagementUrl.Port, "live");
    }

    [Fact]
    public async Task The_health_check_of_a_node_that_is_not_ready_names_what_fails()
    {
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", $"127.0.0.1:{Ports.Free()}"), ("Redis:Timeout", "00:00:00.2"));

        await AnswersAsync((1, "not ready: redis, key_ring"), "127.0.0.1", world.Broker.ManagementUrl.Port);
        await AnswersAsync((0, "live"), "127.0.0.1", world.Broker.ManagementUrl.Port, "live");
    }

    [Fact]
    public async Task The_health_check_of_no_broker_fails_in_one_line()
    {
        var port = Ports.Free();

        Assert.Equal((1, $"not live: no answer of a broker at [::1]:{port}"), await AskAsync("[::]", port, "live"));
        Assert.Equal((1, "not ready: Management:Url names no address and port to ask"), await AskAsync("127.0.0.1", 0));
    }

    [Theory]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 503 X\r\nContent-Type: text/plain; charset=none\r\nContent-Length: 1\r\n\r\nx")]
    public async Task The_health_check_takes_nobody_else_for_a_broker(string answer)
    {
        using var other = WireServer.Start(new WireAnswer(answer, WireEnd.Kept), WireAnswer.Json(200, "{}"));

        Assert.Equal((1, $"not live: no answer of a broker at 127.0.0.1:{other.Url.Port}"), await AskAsync("127.0.0.1", other.Url.Port, "live"));
    }

    // On a machine that is busy with other tests the answer may take more than the health check waits for.
    private static Task AnswersAsync((int ExitCode, string Line) expected, string host, int port, params string[] state) =>
        Wait.UntilAsync(async () => await AskAsync(host, port, state) == expected, $"the health check by {host} to say {expected.Line}");

    // All that it is told of a configuration is where to ask.
    private static async Task<(int ExitCode, string Line)> AskAsync(string host, int port, params string[] state)
    {
        var settings = new Dictionary<string, string?> { ["http_proxy"] = "http://127.0.0.1:9", ["Management:Url"] = $"http://{host}:{port}" };
        var (exitCode, output) = await BrokerProcess.RunAsync(settings, ["healthcheck", .. state]);
        return (exitCode, output.Trim());
    }
}
