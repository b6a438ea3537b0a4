using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Serilog.Events;
using StackExchange.Redis;

namespace BffBroker.Tests.Security;

/// <summary>
/// Marked secrets in every place that has any, everything done and broken once, at the most talkative log level, all traces and metrics on:
/// afterwards no mark is in a log, a span, a metric, an answer that has no business with it, or Redis.
/// </summary>
public sealed class CanaryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Canaries _canaries = new();
    private readonly string _adminKey;

    public CanaryTests() => _adminKey = _canaries.New("admin key");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_secret_is_in_any_log_trace_metric_answer_or_in_Redis()
    {
        var log = new RecordingSink();
        using var telemetry = new TelemetryRecorder();
        var password = _canaries.New("Redis password");
        using var redis = await OwnRedis.StartAsync("--requirepass", password);
        (string, string)[] settings = [.. Settings(redis, password), .. log.Settings(LogEventLevel.Verbose)];
        Uri amazon;
        await using (var world = await World.StartAsync(settings))
        {
            amazon = world.Amazon.Url;
            var states = world.Broker.Services.GetRequiredService<LoginStates>();
            using var run = new CanaryRun(_canaries, world.Amazon, redis, world.Broker.Url)
            {
                Began = async (state, cookie) =>
                {
                    var nonce = (await states.OpenAsync(state))!.Nonce;
                    _canaries.Add("nonce", nonce);
                    _canaries.Add("code verifier", CodeVerifier.Derive(CookieSecret.Parse(cookie)!, nonce).Value);
                },
            };
            await run.LogInAndOutAsync();
            await run.EndSessionsAsync(world.Broker.ManagementUrl, _adminKey);
            await run.AmazonFailsAsync();
            await run.BreakRequestsAsync();
            await AssertNothingInRedisAsync(redis, password);
            await run.RedisFailsAsync(password, world.Broker.ManagementUrl, _adminKey);
        }

        _canaries.AssertAbsent("The log", log.Lines);
        _canaries.AssertAbsent("A span or metric", telemetry.Lines);
        Assert.DoesNotContain(telemetry.Lines, line => line.StartsWith($"url.full={amazon}", StringComparison.Ordinal)); // no span has Amazon's URLs, so no setting can make it show their queries
        Assert.Contains(log.Lines, line => line.Contains("Microsoft.AspNetCore.DataProtection", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("Microsoft.AspNetCore.Routing", StringComparison.Ordinal));
        Assert.Contains(telemetry.Lines, line => line.StartsWith("Microsoft.AspNetCore ", StringComparison.Ordinal));
        Assert.Contains(telemetry.Lines, line => line.StartsWith("BffBroker login callback", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_secret_is_in_what_the_process_prints()
    {
        var password = _canaries.New("Redis password");
        using var redis = await OwnRedis.StartAsync("--requirepass", password);
        await using var amazon = await AmazonServer.StartAsync();
        var settings = ProcessSettings(amazon.Url, Settings(redis, password));
        await using var broker = await BrokerProcess.StartAsync(settings);
        using var run = new CanaryRun(_canaries, amazon, redis, broker.Url);

        await run.LogInAndOutAsync();
        await run.EndSessionsAsync(broker.ManagementUrl, _adminKey);
        await run.AmazonFailsAsync();
        await run.BreakRequestsAsync();
        await AssertNothingInRedisAsync(redis, password);
        await run.RedisFailsAsync(password, broker.ManagementUrl, _adminKey);
        await broker.TerminateAsync();

        _canaries.AssertAbsent("The process", broker.Output.Split('\n'));
        Assert.Contains("Microsoft.AspNetCore.DataProtection", broker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_secret_is_in_what_the_check_of_the_configuration_prints()
    {
        var good = ProcessSettings(new("http://127.0.0.1:1"), Settings(null, _canaries.New("Redis password")));
        var wrong = _canaries.New("wrong value");
        var otherPassword = Path.Combine(_folder.Path, "other-password");
        await File.WriteAllTextAsync(otherPassword, wrong, TestContext.Current.CancellationToken);
        var bad = new Dictionary<string, string?>(good)
        {
            ["KeyRing:CertificatePasswordFile"] = otherPassword,
            ["Broker:PublicUrl"] = $"https://user:{wrong}@app.example.com",
            ["Amazon:ApiBaseUrl"] = $"https://api.example.com/?key={wrong}",
            ["Amazon:ClientId"] = $"{wrong} with a space",
            ["Amazon:Timeout"] = wrong,
        };

        var (exitCode, output) = await BrokerProcess.RunAsync(good, "check");
        Assert.True(exitCode == 0, output);
        _canaries.AssertAbsent("The check of a good configuration", [output]);

        foreach (var connection in new[] { $"127.0.0.1:1,password={wrong},connectTimeout={wrong}", $"password={wrong}", $"127.0.0.1:1,password=a,{wrong}=b" })
        {
            bad["ConnectionStrings:Redis"] = connection;
            (exitCode, output) = await BrokerProcess.RunAsync(bad, "check");
            Assert.Equal((78, 6), (exitCode, output.Split("\n- ").Length - 1));
            _canaries.AssertAbsent("The check of a bad configuration", [output]);
        }
    }

    private (string Key, string Value)[] Settings(OwnRedis? redis, string password) =>
    [
        ("ConnectionStrings:Redis", $"{redis?.ConnectionString ?? "127.0.0.1:1"},password={password}"), ("Redis:Timeout", "00:00:02"),
        ("Amazon:ClientSecret", _canaries.New("client secret")), ("Amazon:PreviousClientSecret", _canaries.New("previous client secret")),
        ("Management:AdminKey", _adminKey), ("Amazon:Scopes:0:Name", "profile"), ("Amazon:Scopes:1:Name", "postal_code"), .. Certificate(),
    ];

    private Dictionary<string, string?> ProcessSettings(Uri amazon, (string Key, string Value)[] settings)
    {
        var all = BrokerProcess.Settings(amazon, "", "bff:", _folder.Path);
        all.Remove("KeyRing:CertificateKeyFile");
        foreach (var (key, value) in settings.Concat(new[] { "Default", "Override:Microsoft", "Override:Microsoft.AspNetCore", "Override:System" }.Select(key => ($"Serilog:MinimumLevel:{key}", "Verbose"))))
        {
            all[key] = value;
        }

        return all;
    }

    private (string Key, string Value)[] Certificate()
    {
        var password = _canaries.New("certificate's password");
        using var rsa = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=canary", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
        var (file, passwordFile) = (Path.Combine(_folder.Path, "keyring.pfx"), Path.Combine(_folder.Path, "password"));
        File.WriteAllBytes(file, certificate.Export(X509ContentType.Pfx, password));
        File.WriteAllText(passwordFile, password);
        return [("KeyRing:CertificateFile", file), ("KeyRing:CertificatePasswordFile", passwordFile)];
    }

    // A live session is in it, and what remains of all that was done.
    private async Task AssertNothingInRedisAsync(OwnRedis redis, string password)
    {
        using var connection = await ConnectionMultiplexer.ConnectAsync($"{redis.ConnectionString},password={password}");
        var dump = await RedisContent.OfAsync(connection.GetDatabase(), "");
        Assert.Contains("bff:{", dump, StringComparison.Ordinal);
        Assert.Contains("bff:keys", dump, StringComparison.Ordinal);
        _canaries.AssertAbsent("Redis", dump.Split('\n'));
    }
}
