using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Management;

/// <summary>What <c>check</c> says of a Redis in every state that an operator may find it in.</summary>
public sealed partial class DoctorRedisTests : DoctorRun
{
    private const string Password = "canary-password-of-redis";

    [Fact]
    public async Task The_key_ring_of_a_running_broker_opens_and_another_certificate_is_a_problem()
    {
        await using var broker = await BrokerProcess.StartAsync(Settings);
        var ring = await Redis.CommandAsync("LRANGE", "bff:keys", "0", "-1");

        Assert.Contains((await CheckAsync()).Findings, finding => finding.StartsWith("ok       Key ring: the certificate opens every key in bff:keys (1).", StringComparison.Ordinal));

        await Redis.CommandAsync("RPUSH", "bff:keys", "<key />");
        await FindsAsync(0, "warning", "Key ring: there are values in bff:keys that brokers ignore (1 not signed)");

        Settings["KeyRing:CertificateFile"] = CertificateFile.Create(Folder.Path).Path;
        await FindsAsync(78, "problem", "Key ring: nothing in bff:keys was written with the certificate of this configuration (1 signed with a certificate that is not configured here, 1 not signed)");
        await Redis.CommandAsync("LREM", "bff:keys", "0", "<key />");
        Assert.Equal(ring, await Redis.CommandAsync("LRANGE", "bff:keys", "0", "-1"));

        broker.Kill(); // it would put its ring back
        await Redis.CommandAsync("DEL", "bff:keys");
        await Redis.CommandAsync("SET", "bff:keys", "canary");
        await FindsAsync(78, "problem", "Key ring: what stands in bff:keys is no key ring");
    }

    [Theory]
    [InlineData("", "NOAUTH")]
    [InlineData(",password=canary-wrong", "WRONGPASS")]
    [InlineData($",password={Password},ssl=true,connectTimeout=1000", "but does not speak TLS")]
    public async Task A_Redis_that_lets_nobody_in_is_a_problem_with_its_own_reason(string connection, string reason)
    {
        await Redis.CommandAsync("CONFIG", "SET", "requirepass", Password);
        Settings["ConnectionStrings:Redis"] += connection;

        await FindsAsync(78, "problem", reason);
    }

    /// <summary>An address of this machine at which no test listens.</summary>
    [Theory]
    [InlineData("127.99.3.7", "127.99.3.7:6379")]
    [InlineData("127.99.3.7,ssl=true", "127.99.3.7:6380")]
    [InlineData("127.99.3.7,serviceName=bff", "127.99.3.7:26379")]
    [InlineData("rediss://127.99.3.7", "127.99.3.7:6379")]
    [InlineData("!/nonexistent/redis.sock", "!/nonexistent/redis.sock")]
    public async Task An_address_without_a_port_is_told_with_the_port_that_was_tried(string connection, string address)
    {
        Settings["ConnectionStrings:Redis"] = connection;

        await FindsAsync(0, "outage", $"Redis: no connection. {address} ");
    }

    [Fact]
    public async Task A_Unix_socket_is_looked_at_like_any_address()
    {
        var socket = Path.Combine(Folder.Path, "redis.sock");
        using var redis = await OwnRedis.StartAsync("--unixsocket", socket, "--requirepass", Password);
        Settings["ConnectionStrings:Redis"] = $"!{socket}";
        await FindsAsync(78, "problem", "NOAUTH");

        Settings["Redis:Password"] = Password;
        await FindsAsync(0, "ok", "Redis: reads, writes and runs scripts");
    }

    [Fact]
    public async Task What_somebody_in_the_place_of_Redis_says_is_cut_short_and_cannot_speak_to_the_terminal()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        _ = ServeAsync();
        Settings["ConnectionStrings:Redis"] = $"{other.LocalEndpoint}";

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
        Settings["ConnectionStrings:Redis"] = $"{redis.ConnectionString},password={Password}";

        await FindsAsync(78, "problem", "answers: ERR unknown command 'AUTH'.");
    }

    [Fact]
    public async Task A_password_that_Redis_does_not_ask_for_is_no_problem_as_it_is_none_to_a_broker()
    {
        Settings["ConnectionStrings:Redis"] += $",password={Password}";

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
        await using var broker = await BrokerProcess.StartAsync(Settings);
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
        await Redis.CommandAsync("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        await FindsAsync(0, "warning", "Redis: maxmemory-policy lets it evict sessions and the key ring");

        await Redis.CommandAsync("CONFIG", "SET", "maxmemory-policy", "noeviction");
        await Redis.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        await FindsAsync(78, "problem", "Redis: its memory is full (");

        await Redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        await Redis.CommandAsync("REPLICAOF", "127.0.0.1", "1");
        await FindsAsync(78, "problem", "Redis: this is a read-only replica (");
    }

    [Fact]
    public async Task A_replica_that_has_the_key_ring_of_its_master_is_a_problem_all_the_same()
    {
        await using var broker = await BrokerProcess.StartAsync(Settings);
        using var replica = await OwnRedis.StartAsync("--replicaof", "127.0.0.1", $"{Redis.Port}");
        await Wait.UntilAsync(async () => await replica.CommandAsync("EXISTS", "bff:keys") == "1", "the replica to have the key ring");
        Settings["ConnectionStrings:Redis"] = replica.ConnectionString;

        await FindsAsync(78, "problem", "Redis: this is a read-only replica (");
    }

    [Fact]
    public async Task In_Development_there_may_be_no_Redis_to_look_at()
    {
        Settings["ASPNETCORE_ENVIRONMENT"] = "Development";
        Settings["ConnectionStrings:Redis"] = null;

        await FindsAsync(0, "ok", "Redis: not used.");
    }

    private async Task PermitAsync(string rights) =>
        Assert.Equal("OK", await Redis.CommandAsync([.. "ACL SETUSER default resetkeys ~bff:* resetchannels &bff:* -@all".Split(' '), .. rights.Split(' ')]));

    [GeneratedRegex(@"(?<=&bff:\* )\+[^,]*(?=, and in a cluster \+asking)")]
    private static partial Regex Rights { get; }
}
