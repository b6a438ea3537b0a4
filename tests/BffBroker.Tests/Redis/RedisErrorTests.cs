using System.Net.Sockets;
using BffBroker.Redis;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace BffBroker.Tests.Redis;

public sealed class RedisErrorTests(RedisServer redis)
{
    /// <summary>Every type of exception that the client has, and those of .NET that it lets through.</summary>
    public static TheoryData<Exception, string?> Exceptions => new()
    {
        { new RedisCommandException("This operation is not available unless admin mode is enabled: CONFIG"), "refused Rejected" },
        { Refused(RedisErrorKind.NoPermission), "refused Rejected" },
        { Refused(RedisErrorKind.ReadOnly), "refused ReadOnly" },
        { Refused(RedisErrorKind.ClusterDown), "refused ConnectionLost" },
        { Refused(RedisErrorKind.MasterDown), "refused ConnectionLost" },
        { Refused(RedisErrorKind.Moved), "refused ConnectionLost" },
        { Refused(RedisErrorKind.UnknownRedirectTarget), "refused ConnectionLost" },
        { Refused(RedisErrorKind.NoAuth), "refused ConnectionLost" },
        { Refused(RedisErrorKind.TryAgain), "refused Temporary" },
        { Refused(RedisErrorKind.MaxClients), "refused Temporary" },
        { Refused(RedisErrorKind.Unknown), "refused Temporary" },
        { new RedisTimeoutException(CommandFlags.None, "", CommandStatus.Sent), "timeout TimedOut, outcome unknown" },
        { new RedisException(""), "unavailable ConnectionLost, outcome unknown" },
        { new TimeoutException(), "timeout TimedOut, outcome unknown" },
        { new ObjectDisposedException("multiplexer"), "unavailable ConnectionLost, outcome unknown" },
        { new OperationCanceledException(), "unavailable ConnectionLost, outcome unknown" },
        { new IOException(), "unavailable ConnectionLost, outcome unknown" },
        { new SocketException(), "unavailable ConnectionLost, outcome unknown" },
        { new StoreUnavailableException("not connected"), "unavailable ConnectionLost" },
        { new InvalidOperationException(), null },
        { new ArgumentException(), null },
    };

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Exceptions))]
    public void An_exception_says_whether_the_connection_may_be_dead_and_the_command_done(Exception exception, string? meaning) => Assert.Equal(
        meaning, RedisError.Of(exception) is { } error ? $"{error.Outcome} {error.Effect}{(error.IsOutcomeUnknown ? ", outcome unknown" : "")}" : null);

    [Fact]
    public void The_table_names_every_exception_of_the_client() => Assert.Subset(
        Exceptions.Select(row => row.Data.Item1.GetType()).Append(typeof(RedisConnectionException)).ToHashSet(),
        typeof(ConnectionMultiplexer).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Exception))).ToHashSet());

    /// <summary>Only without a connection is a command surely not sent.</summary>
    [Fact]
    public void Each_way_to_lose_a_connection_may_be_a_failover() => Assert.All(
        Enum.GetValues<ConnectionFailureType>(),
        type =>
        {
            var error = RedisError.Of(new RedisConnectionException(type, CommandFlags.None, ""))!;
            Assert.Equal(("unavailable", RedisErrorEffect.ConnectionLost), (error.Outcome, error.Effect));
            Assert.Equal(type != ConnectionFailureType.UnableToResolvePhysicalConnection, error.IsOutcomeUnknown);
        });

    [Theory]
    [InlineData("READONLY You can't write against a read only replica.", nameof(RedisErrorEffect.ReadOnly))]
    [InlineData("ERR Error running script (call to f_1): @user_script:1: -READONLY You can't write against a read only slave.", nameof(RedisErrorEffect.ReadOnly))]
    [InlineData("NOAUTH Authentication required.", nameof(RedisErrorEffect.ConnectionLost))]
    [InlineData("WRONGPASS invalid username-password pair or user is disabled.", nameof(RedisErrorEffect.ConnectionLost))]
    [InlineData("CLUSTERDOWN The cluster is down", nameof(RedisErrorEffect.ConnectionLost))]
    [InlineData("TRYAGAIN Multiple keys request during rehashing of slot", nameof(RedisErrorEffect.Temporary))]
    [InlineData("ERR Error running script (call to f_1): @user_script:1: -OOM command not allowed when used memory > 'maxmemory'.", nameof(RedisErrorEffect.Temporary))]
    [InlineData("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", nameof(RedisErrorEffect.ConnectionLost))]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'.", nameof(RedisErrorEffect.Temporary))]
    [InlineData("LOADING Redis is loading the dataset in memory", nameof(RedisErrorEffect.Temporary))]
    [InlineData("BUSY Redis is busy running a script.", nameof(RedisErrorEffect.Temporary))]
    [InlineData("NOREPLICAS Not enough good replicas to write.", nameof(RedisErrorEffect.Temporary))]
    [InlineData("ERR unknown command", nameof(RedisErrorEffect.Rejected))]
    [InlineData("WRONGTYPE Operation against a key holding the wrong kind of value", nameof(RedisErrorEffect.Rejected))]
    [InlineData("NOPERM this user has no permissions", nameof(RedisErrorEffect.Rejected))]
    public async Task What_Redis_says_tells_whether_another_connection_helps(string said, string effect)
    {
        await using var services = RedisServices.Of(redis.ConnectionString, "a:");
        var connection = await ConnectAsync(services);

        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => connection.EvaluateAsync(new("fail", "return redis.error_reply(ARGV[1])"), ["a:x"], said));

        var error = RedisError.Of(exception.InnerException!);
        Assert.Equal(("refused", effect), (error?.Outcome, error?.Effect.ToString()));
        Assert.False(exception.IsOutcomeUnknown);
    }

    [Fact]
    public async Task A_command_that_the_client_refuses_costs_no_connection_and_interrupts_nothing()
    {
        using var own = await OwnRedis.StartAsync();
        await using var services = RedisServices.Of(own.ConnectionString, "a:");
        var connection = await ConnectAsync(services);
        var (signals, before) = (services.GetRequiredService<StoreSignals>(), await own.CommandAsync("INFO", "stats"));

        for (var i = 0; i < 20; i++)
        {
            var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => connection.RunAsync("test", database => database.ExecuteAsync("CONFIG", "GET", "maxmemory")));
            Assert.False(exception.IsOutcomeUnknown);
        }

        Assert.Equal((0, TimeSpan.MaxValue), (signals.Interruptions, signals.SinceRestored));
        Assert.Equal(ConnectionsOf(before) + 1, ConnectionsOf(await own.CommandAsync("INFO", "stats"))); // redis-cli's own

        static int ConnectionsOf(string stats) => int.Parse(stats.Split("total_connections_received:")[1].Split('\r', '\n')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task What_Redis_quotes_of_a_command_goes_into_no_reason()
    {
        await using var services = RedisServices.Of(redis.ConnectionString, "a:");
        var connection = await ConnectAsync(services);

        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => connection.RunAsync("fail", database => database.ExecuteAsync("NOCOMMAND", "canary")));

        Assert.Equal("ERR unknown command 'NOCOMMAND'", exception.Message);
    }

    private static RedisServerException Refused(RedisErrorKind kind) => new(kind, CommandFlags.None, "");

    private static async Task<RedisConnection> ConnectAsync(ServiceProvider services)
    {
        var connection = services.GetRequiredService<RedisConnection>();
        await connection.StartAsync(TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => connection.IsConnected, "Redis to answer");
        return connection;
    }
}
