using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Management;

/// <summary><c>check</c> beside a Redis and an Amazon in every state that an operator may find them in.</summary>
public sealed partial class DoctorTests : IAsyncLifetime
{
    private const string Password = "canary-password-of-redis";

    private readonly TemporaryFolder _folder = new();
    private AmazonServer _amazon = null!;
    private OwnRedis _redis = null!;
    private Dictionary<string, string?> _settings = null!;

    public async ValueTask InitializeAsync()
    {
        _amazon = await AmazonServer.StartAsync();
        _redis = await OwnRedis.StartAsync();
        _settings = BrokerProcess.Settings(_amazon.Url, _redis.ConnectionString, "bff:", _folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        _redis.Dispose();
        await _amazon.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Where_all_is_well_the_check_says_so_prints_the_redirect_URI_and_leaves_nothing_behind()
    {
        var (exitCode, findings) = await CheckAsync();

        Assert.True(exitCode == 0, string.Join('\n', findings));
        Assert.All(findings, finding => Assert.StartsWith("ok ", finding, StringComparison.Ordinal));
        string[] all =
        [
            "The configuration is valid.", "Redirect URI: http://localhost:8080/callback must be", "Amazon: it answers, and accepts", "Clock: in step with Amazon", "Redis: version ",
            "Clock: in step with Redis", "Redis: reads, writes and runs scripts under bff:", "Key ring: bff:keys is not there yet",
        ];
        Assert.All(all, text => Assert.Contains(findings, finding => finding[9..].StartsWith(text, StringComparison.Ordinal)));
        Assert.Equal("0", await _redis.CommandAsync("DBSIZE"));
    }

    [Fact]
    public async Task The_key_ring_of_a_running_broker_opens_and_another_certificate_is_a_problem()
    {
        await using var broker = await BrokerProcess.StartAsync(_settings);
        var ring = await _redis.CommandAsync("LRANGE", "bff:keys", "0", "-1");

        Assert.Contains((await CheckAsync()).Findings, finding => finding.StartsWith("ok       Key ring: the certificate opens every key in bff:keys (1).", StringComparison.Ordinal));

        await _redis.CommandAsync("RPUSH", "bff:keys", "<key />");
        await FindsAsync(0, "warning", "Key ring: there are values in bff:keys that brokers ignore (1 not signed)");

        _settings["KeyRing:CertificateFile"] = CertificateFile.Create(_folder.Path).Path;
        await FindsAsync(78, "problem", "Key ring: nothing in bff:keys was written with the certificate of this configuration (1 signed with a certificate that is not configured here, 1 not signed)");
        await _redis.CommandAsync("LREM", "bff:keys", "0", "<key />");
        Assert.Equal(ring, await _redis.CommandAsync("LRANGE", "bff:keys", "0", "-1"));

        await _redis.CommandAsync("DEL", "bff:keys");
        await _redis.CommandAsync("SET", "bff:keys", "canary");
        await FindsAsync(78, "problem", "Key ring: what stands in bff:keys is no key ring");
    }

    [Fact]
    public async Task Servers_that_are_down_are_outages_which_a_broker_waits_for_and_problems_for_who_is_strict()
    {
        _redis.Kill();
        await _amazon.DisposeAsync();

        var (exitCode, findings) = await CheckAsync();

        Assert.Equal(0, exitCode);
        Assert.Equal(78, (await CheckAsync("strict")).ExitCode);
        Assert.Contains("ok       The configuration is valid.", findings);
        Assert.Contains(findings, finding => finding.StartsWith($"outage   Redis: no connection. {_redis.ConnectionString} refuses connections", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.StartsWith($"outage   Amazon: {_settings["Amazon:ApiBaseUrl"]!.TrimEnd('/')} is out of reach: no connection.", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.StartsWith("warning  Amazon: its login page", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "NOAUTH")]
    [InlineData(",password=canary-wrong", "WRONGPASS")]
    [InlineData($",password={Password},ssl=true,connectTimeout=1000", "but does not speak TLS")]
    public async Task A_Redis_that_lets_nobody_in_is_a_problem_with_its_own_reason(string connection, string reason)
    {
        await _redis.CommandAsync("CONFIG", "SET", "requirepass", Password);
        _settings["ConnectionStrings:Redis"] += connection;

        await FindsAsync(78, "problem", reason);
    }

    [Fact]
    public async Task What_somebody_in_the_place_of_Redis_says_is_cut_short_and_cannot_speak_to_the_terminal()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        _ = ServeAsync();
        _settings["ConnectionStrings:Redis"] = $"{other.LocalEndpoint}";

        var (exitCode, findings) = await CheckAsync();

        Assert.Equal(78, exitCode);
        Assert.Contains(findings, finding => finding.Contains("answers: ERR ?[2J?okA", StringComparison.Ordinal) && finding.Length < 1000);

        async Task ServeAsync()
        {
            using var client = await other.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"-ERR \e[2J\rok{new string('A', 10_000)}\r\n"), TestContext.Current.CancellationToken);
            await client.GetStream().CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Redis quotes the arguments of a command that it does not know.</summary>
    [Fact]
    public async Task A_Redis_that_does_not_know_AUTH_is_told_without_the_password_that_it_was_given()
    {
        using var redis = await OwnRedis.StartAsync("--rename-command", "AUTH", "");
        _settings["ConnectionStrings:Redis"] = $"{redis.ConnectionString},password={Password}";

        await FindsAsync(78, "problem", "answers: ERR unknown command 'AUTH'.");
    }

    [Fact]
    public async Task A_password_that_Redis_does_not_ask_for_is_no_problem_as_it_is_none_to_a_broker()
    {
        _settings["ConnectionStrings:Redis"] += $",password={Password}";

        await FindsAsync(0, "ok", "Redis: reads, writes and runs scripts");
    }

    /// <summary>The list that the remedy prints is what a broker needs: no more, and no less.</summary>
    [Fact]
    public async Task Refused_commands_are_named_and_the_rights_of_the_remedy_are_enough()
    {
        await PermitAsync("+@all -hset -pexpire");

        var (exitCode, findings) = await CheckAsync();

        Assert.Equal(78, exitCode);
        var refused = Assert.Single(findings, finding => finding.StartsWith("problem", StringComparison.Ordinal));
        Assert.Contains("a broker does: HSET, PEXPIRE. ", refused, StringComparison.Ordinal);

        await PermitAsync("-@all " + Rights.Match(refused).Value);
        (exitCode, findings) = await CheckAsync();
        Assert.True(exitCode == 0, string.Join('\n', findings));
        await using var broker = await BrokerProcess.StartAsync(_settings);
    }

    [Fact]
    public async Task A_refused_hint_or_scan_is_a_warning()
    {
        await PermitAsync("+@all -scan -publish -info");

        foreach (var command in new[] { "SCAN", "PUBLISH", "INFO" })
        {
            await FindsAsync(0, "warning", command);
        }
    }

    [Fact]
    public async Task A_replica_a_full_memory_and_an_eviction_policy_are_told_apart()
    {
        await _redis.CommandAsync("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        await FindsAsync(0, "warning", "Redis: maxmemory-policy lets it evict sessions and the key ring");

        await _redis.CommandAsync("CONFIG", "SET", "maxmemory-policy", "noeviction");
        await _redis.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        await FindsAsync(78, "problem", "Redis: its memory is full (");

        await _redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        await _redis.CommandAsync("REPLICAOF", "127.0.0.1", "1");
        await FindsAsync(78, "problem", "Redis: this is a read-only replica (");
    }

    [Fact]
    public async Task In_Development_there_may_be_no_Redis_to_look_at()
    {
        _settings["ASPNETCORE_ENVIRONMENT"] = "Development";
        _settings["ConnectionStrings:Redis"] = null;

        await FindsAsync(0, "ok", "Redis: not used.");
    }

    [Fact]
    public async Task A_client_that_Amazon_rejects_is_a_problem_unless_the_previous_secret_is_good()
    {
        _settings["Amazon:ClientSecret"] = "canary-secret";
        await FindsAsync(78, "problem", "Amazon: it rejects the client (invalid_client)");

        _settings["Amazon:PreviousClientSecret"] = SimulatedClient.DefaultSecret;
        await FindsAsync(0, "warning", "Amazon: it rejects Amazon:ClientSecret, and accepts Amazon:PreviousClientSecret");
    }

    [Fact]
    public async Task An_Amazon_that_has_trouble_is_a_warning_and_somebody_in_its_place_a_problem()
    {
        _amazon.Simulator.Faults.Enqueue(Operation.Refresh, Fault.HtmlUnavailable);
        await FindsAsync(0, "warning", "Amazon: it answers 503");

        _amazon.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Status(404, "canary"));
        await FindsAsync(78, "problem", "Amazon: its token endpoint answers 404");
    }

    [Fact]
    public async Task The_client_secret_follows_no_redirect()
    {
        using var other = WireServer.Start(WireAnswer.Json(400, """{"error":"invalid_grant"}"""));
        using var amazon = WireServer.Start(WireAnswer.Json(307, "", $"Location: {other.Url}"));
        _settings["Amazon:ApiBaseUrl"] = amazon.Url.ToString();

        await FindsAsync(78, "problem", "Amazon: its token endpoint answers 307");
        Assert.Equal(0, other.Requests);
    }

    [Theory]
    [InlineData(-30, 0, "warning", "ahead of Amazon")]
    [InlineData(-600, 78, "problem", "ahead of Amazon")]
    [InlineData(600, 78, "problem", "behind Amazon")]
    public async Task A_clock_that_is_wrong_is_seen_by_what_Amazon_says(int seconds, int exitCode, string verdict, string text)
    {
        var date = (TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(seconds)).ToString("R", CultureInfo.InvariantCulture);
        using var amazon = WireServer.Start(WireAnswer.Json(400, """{"error":"invalid_grant"}""", $"Date: {date}"));
        _settings["Amazon:ApiBaseUrl"] = amazon.Url.ToString();

        await FindsAsync(exitCode, verdict, text);
    }

    private async Task FindsAsync(int exitCode, string verdict, string text)
    {
        var (actual, findings) = await CheckAsync();

        Assert.Contains(findings, finding => finding.StartsWith(verdict, StringComparison.Ordinal) && finding.Contains(text, StringComparison.Ordinal));
        Assert.Equal(exitCode, actual);
    }

    // No secret is in any of them, whatever is the matter.
    private async Task<(int ExitCode, string[] Findings)> CheckAsync(params string[] words)
    {
        var (exitCode, output) = await BrokerProcess.RunAsync(_settings, ["check", .. words]);

        var findings = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(findings, finding => Assert.Matches("^(ok|warning|outage|problem) +[A-Z]", finding));
        Assert.DoesNotContain("canary", output, StringComparison.Ordinal);
        Assert.DoesNotContain(SimulatedClient.DefaultSecret, output, StringComparison.Ordinal);
        return (exitCode, findings);
    }

    private async Task PermitAsync(string rights) =>
        Assert.Equal("OK", await _redis.CommandAsync([.. "ACL SETUSER default resetkeys ~bff:* resetchannels &bff:* -@all".Split(' '), .. rights.Split(' ')]));

    [GeneratedRegex(@"(?<=&bff:\* )\+.*(?=\.$)")]
    private static partial Regex Rights { get; }
}
