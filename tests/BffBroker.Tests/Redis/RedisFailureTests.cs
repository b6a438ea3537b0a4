using BffBroker.Redis;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Redis;

public sealed class RedisFailureTests(RedisServer redis)
{
    [Theory]
    [InlineData("READONLY You can't write against a read only replica.", nameof(RedisFailureKind.NotHere))]
    [InlineData("ERR Error running script (call to f_1): @user_script:1: -READONLY You can't write against a read only slave.", nameof(RedisFailureKind.NotHere))]
    [InlineData("NOAUTH Authentication required.", nameof(RedisFailureKind.NotHere))]
    [InlineData("WRONGPASS invalid username-password pair or user is disabled.", nameof(RedisFailureKind.NotHere))]
    [InlineData("CLUSTERDOWN The cluster is down", nameof(RedisFailureKind.NotHere))]
    [InlineData("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", nameof(RedisFailureKind.NotHere))]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'.", nameof(RedisFailureKind.NotNow))]
    [InlineData("LOADING Redis is loading the dataset in memory", nameof(RedisFailureKind.NotNow))]
    [InlineData("BUSY Redis is busy running a script.", nameof(RedisFailureKind.NotNow))]
    [InlineData("ERR unknown command", nameof(RedisFailureKind.OurFault))]
    [InlineData("WRONGTYPE Operation against a key holding the wrong kind of value", nameof(RedisFailureKind.OurFault))]
    [InlineData("NOPERM this user has no permissions", nameof(RedisFailureKind.OurFault))]
    public async Task What_Redis_says_tells_whether_another_connection_helps(string said, string kind)
    {
        await using var services = RedisServices.Of(redis.ConnectionString, "a:");
        var connection = services.GetRequiredService<RedisConnection>();
        await connection.StartAsync(TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => connection.IsConnected, "Redis to answer");

        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => connection.EvaluateAsync(new("fail", "return redis.error_reply(ARGV[1])"), ["a:x"], said));

        var failure = RedisFailure.Of(exception.InnerException!);
        Assert.Equal(("refused", kind), (failure?.Outcome, failure?.Kind.ToString()));
        Assert.False(exception.IsOutcomeUnknown);
    }

    [Fact]
    public async Task What_Redis_quotes_of_a_command_goes_into_no_reason()
    {
        await using var services = RedisServices.Of(redis.ConnectionString, "a:");
        var connection = services.GetRequiredService<RedisConnection>();
        await connection.StartAsync(TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => connection.IsConnected, "Redis to answer");

        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => connection.RunAsync("fail", database => database.ExecuteAsync("NOCOMMAND", "canary")));

        Assert.Equal("ERR unknown command 'NOCOMMAND'", exception.Message);
    }
}
