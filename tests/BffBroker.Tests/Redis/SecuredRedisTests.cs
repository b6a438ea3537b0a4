using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using BffBroker.Management.Doctor;
using BffBroker.Tests.Support;
using Serilog.Events;

namespace BffBroker.Tests.Redis;

/// <summary>Redis as people run it: with TLS, a password, users of its own, and Sentinel.</summary>
public sealed partial class SecuredRedisTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Redis_is_reached_by_TLS_with_a_password_and_a_certificate_that_the_machine_trusts()
    {
        var (certificate, key) = CreateCertificate();
        var port = Ports.Free();
        using var redis = await OwnRedis.StartAsync(
            "--tls-port", port.ToString(CultureInfo.InvariantCulture), "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", certificate,
            "--tls-auth-clients", "no", "--requirepass", "s3cret");
        await using var amazon = await AmazonServer.StartAsync();

        // The test certificate has no revocation list.
        var settings = BrokerProcess.Settings(amazon.Url, $"localhost:{port},ssl=true,password=s3cret,checkCertificateRevocation=false", "bff:", _folder.Path);
        settings["SSL_CERT_FILE"] = certificate;
        await using var broker = await BrokerProcess.StartAsync(settings);

        await LogInAsync(broker.Url);
        Assert.DoesNotContain("s3cret", broker.Output, StringComparison.Ordinal);
    }

    /// <summary>The broker and <c>check</c> use every documented right. The only command that Redis refuses is CONFIG GET.</summary>
    [Theory]
    [InlineData("resp2")]
    [InlineData("resp3")]
    public async Task The_documented_rights_are_those_that_a_broker_uses(string protocol)
    {
        using var redis = await OwnRedis.StartAsync();
        string[] admin = ["--user", "admin", "--pass", "s3cret", "--no-auth-warning"];
        await redis.CommandAsync("ACL", "SETUSER", "admin", "on", ">s3cret", "~*", "&*", "+@all");
        Assert.Equal("OK", await redis.CommandAsync(["ACL", "SETUSER", "broker", "on", ">s3cret", "~bff:*", "&bff:*", .. RightsCheck.Needed.Split(' ')]));
        await redis.CommandAsync("ACL", "SETUSER", "default", "off");
        await redis.CommandAsync([.. admin, "CONFIG", "RESETSTAT"]);

        await using var world = await World.StartAsync(
            ("ConnectionStrings:Redis", $"{redis.ConnectionString},user=broker,password=s3cret,defaultDatabase=1,protocol={protocol}"), ("Management:AdminKey", BrokerNodes.AdminKey));
        await world.LogInAsync();
        await world.LogInAsync(); // retires the first session
        world.Clock.Advance(TimeSpan.FromMinutes(61));
        await world.AssertLoggedInAsync();
        Assert.True(await world.Broker.IsReadyAsync());
        Assert.Equal(HttpStatusCode.NoContent, (await world.PostAsync("/logout")).StatusCode);
        await world.LogInAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await world.PostAsync("/logout?everywhere=true")).StatusCode);
        await world.LogInAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await world.AdministerAsync(HttpMethod.Delete, "/admin/sessions")).StatusCode);

        Assert.DoesNotContain(await RedisCheck.RunAsync(world.Broker.Services), finding => finding.Verdict != Verdict.Ok && !finding.Text.StartsWith("Clock:", StringComparison.Ordinal));

        var used = Used.Matches(await redis.CommandAsync([.. admin, "INFO", "commandstats"])).Select(match => "+" + match.Groups[1].Value).ToHashSet();
        Assert.Equal([], RightsCheck.Needed.Split(' ').Except(used));
        var refused = Refused.Matches(await redis.CommandAsync([.. admin, "ACL", "LOG"])).Select(match => match.Groups[1].Value);
        Assert.Equal(["config|get"], refused.Distinct());
    }

    [Fact]
    public async Task A_refused_command_that_is_only_useful_is_logged_once_and_changes_nothing_else()
    {
        using var redis = await OwnRedis.StartAsync();
        await redis.CommandAsync("ACL", "SETUSER", "default", "-info", "-publish", "-subscribe", "-scan");
        var log = new RecordingSink();
        await using var world = await World.StartAsync([("ConnectionStrings:Redis", redis.ConnectionString), .. log.Settings(LogEventLevel.Warning)]);
        await world.LogInAsync();

        for (var round = 0; round < 2; round++)
        {
            world.Clock.Advance(TimeSpan.FromMinutes(61));
            await world.AssertLoggedInAsync();
            Assert.True(await world.Broker.IsReadyAsync());
        }

        await Wait.UntilAsync(() => Refusals("PUBLISH") == 1, "the refused hint to be logged");
        Assert.Equal(1, Refusals("INFO"));

        int Refusals(string command) => log.Events.Count(line => line.Properties.TryGetValue("Command", out var refused) && $"{refused}" == $"\"{command}\"");
    }

    [Fact]
    public void The_operations_guide_and_the_check_name_the_same_rights() =>
        Assert.All(
            new[] { $"~bff:* &bff:* {RightsCheck.Needed}\n", $"In a cluster, add `{RightsCheck.NeededInCluster}`." },
            text => Assert.Contains(text, File.ReadAllText(Path.Combine(Sources.Root, "docs/operations.md")), StringComparison.Ordinal));

    [Fact]
    public async Task Sentinel_is_asked_for_the_master_and_a_failover_costs_no_session()
    {
        using var master = await OwnRedis.StartAsync();
        using var replica = await OwnRedis.StartAsync("--replicaof", "127.0.0.1", $"{master.Port}");
        var port = Ports.Free();
        var configuration = Path.Combine(_folder.Path, "sentinel.conf");
        await File.WriteAllTextAsync(
            configuration,
            $"port {port}\nbind 127.0.0.1\nsentinel monitor bff 127.0.0.1 {master.Port} 1\nsentinel down-after-milliseconds bff 1000\nsentinel failover-timeout bff 5000\n",
            TestContext.Current.CancellationToken);
        var sentinel = Programs.Start(Programs.Require("redis-server", "to be a Sentinel"), configuration, "--sentinel");
        try
        {
            await Wait.UntilAsync(async () => (await RedisCli.RunAsync(port, "SENTINEL", "REPLICAS", "bff")).Contains($"{replica.Port}", StringComparison.Ordinal), "Sentinel to know the replica");
            await using var world = await World.StartAsync(("ConnectionStrings:Redis", $"127.0.0.1:{port},serviceName=bff"));
            await world.LogInAsync();
            Assert.DoesNotContain(await RedisCheck.RunAsync(world.Broker.Services), finding => finding.Verdict != Verdict.Ok && !finding.Text.StartsWith("Clock:", StringComparison.Ordinal));
            await Wait.UntilAsync(async () => await replica.CommandAsync("DBSIZE") == await master.CommandAsync("DBSIZE"), "the replica to have the session");

            master.Kill();

            await Wait.UntilAsync(async () => (await world.PostAsync("/logout")).StatusCode == HttpStatusCode.NoContent, "writes to work");
            await world.LogInAsync();
            await world.AssertLoggedInAsync();
        }
        finally
        {
            Programs.End(sentinel);
        }
    }

    private static async Task LogInAsync(Uri broker)
    {
        using var browser = new Browser().Route(BrokerServer.Authority, broker);
        await browser.VisitAsync(World.At("/login"));
        Assert.Equal(HttpStatusCode.OK, (await browser.FetchAsync(HttpMethod.Get, World.At("/me"))).StatusCode);
    }

    // Its own authority: who trusts this file trusts this server.
    private (string Certificate, string Key) CreateCertificate()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));

        var (file, keyFile) = (Path.Combine(_folder.Path, "redis.cert.pem"), Path.Combine(_folder.Path, "redis.key.pem"));
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, rsa.ExportPkcs8PrivateKeyPem());
        return (file, keyFile);
    }

    [GeneratedRegex("^cmdstat_([^:]+):", RegexOptions.Multiline)]
    private static partial Regex Used { get; }

    // What redis-cli prints of an entry: names and values in turn, each on a line.
    [GeneratedRegex("^object$\n(.+)$", RegexOptions.Multiline)]
    private static partial Regex Refused { get; }
}
