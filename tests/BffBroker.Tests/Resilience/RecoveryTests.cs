using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>Whatever an operator does to Redis: afterwards all is as before, and nobody touched the broker.</summary>
public sealed class RecoveryTests
{
    [Fact]
    public async Task A_broker_that_starts_before_Redis_is_ready_when_Redis_comes()
    {
        using var redis = new OwnRedis();
        await using var world = await StartAsync(redis.ConnectionString);
        Assert.False(await world.Broker.IsReadyAsync());

        await redis.RunAsync();

        await Wait.UntilAsync(world.Broker.IsReadyAsync, "the broker to be ready");
        await world.LogInAsync();
        await world.AssertLoggedInAsync();
    }

    [Fact]
    public async Task A_name_that_leads_to_another_master_is_followed()
    {
        using var old = await OwnRedis.StartAsync();
        using var next = await OwnRedis.StartAsync("--replicaof", "127.0.0.1", $"{old.Port}");
        await using var name = new FaultProxy(old.Port);
        await using var world = await StartAsync(name.Address);
        await world.LogInAsync();
        await Wait.UntilAsync(async () => await next.CommandAsync("DBSIZE") == await old.CommandAsync("DBSIZE"), "the replica to have the session");

        await next.CommandAsync("REPLICAOF", "NO", "ONE");
        await old.CommandAsync("REPLICAOF", "127.0.0.1", $"{next.Port}");
        name.LeadTo(next.Port);

        await Wait.UntilAsync(async () => (await world.PostAsync("/logout")).StatusCode == HttpStatusCode.NoContent, "writes to work");
        await world.LogInAsync();
        await world.AssertLoggedInAsync();
    }

    [Fact]
    [Trait("kind", "soak")]
    public async Task A_password_may_change_while_the_broker_runs()
    {
        using var redis = await OwnRedis.StartAsync("--requirepass", "before");
        using var secrets = new TemporaryFolder();
        var secret = Path.Combine(secrets.Path, "ConnectionStrings__Redis");
        await File.WriteAllTextAsync(secret, $"{redis.ConnectionString},password=before\n", TestContext.Current.CancellationToken);
        await using var world = await World.StartAsync(("Secrets:Directory", secrets.Path));
        await world.LogInAsync();

        await redis.CommandAsync("--no-auth-warning", "-a", "before", "CONFIG", "SET", "requirepass", "after");
        await world.AssertLoggedInAsync();
        await redis.CommandAsync("--no-auth-warning", "-a", "after", "CLIENT", "KILL", "TYPE", "normal");
        await Wait.UntilAsync(async () => (await world.GetAsync("/me")).StatusCode == HttpStatusCode.ServiceUnavailable, "the connection to be refused");
        await File.WriteAllTextAsync(secret, $"{redis.ConnectionString},password=after\n", TestContext.Current.CancellationToken);

        await Wait.UntilAsync(async () => (await world.GetAsync("/me")).StatusCode == HttpStatusCode.OK, "the new password to be used");
    }

    [Fact]
    public async Task A_user_and_a_password_in_files_of_their_own_may_change_while_the_broker_runs()
    {
        using var redis = await OwnRedis.StartAsync();
        await PermitAsync("first", "before");
        await PermitAsync("second", "a,b#c=d");
        using var secrets = new TemporaryFolder();
        await ProvideAsync("Redis__User", "first");
        await ProvideAsync("Redis__Password", "before\n");
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", $"redis://{redis.ConnectionString}"), ("Secrets:Directory", secrets.Path));
        await world.LogInAsync();

        await ProvideAsync("Redis__User", "second");
        await ProvideAsync("Redis__Password", "a,b#c=d\n");

        await Wait.UntilAsync(async () => (await redis.CommandAsync("CLIENT", "LIST")) is var clients && UserOf(clients, "second") && !UserOf(clients, "first"), "the new login to take over");
        await world.LogInAsync();
        await world.AssertLoggedInAsync();

        async Task PermitAsync(string user, string password) => Assert.Equal("OK", await redis.CommandAsync("ACL", "SETUSER", user, "on", ">" + password, "~*", "&*", "+@all"));
        Task ProvideAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(secrets.Path, name), text, TestContext.Current.CancellationToken);
        static bool UserOf(string clients, string user) => clients.Contains($" user={user} ", StringComparison.Ordinal);
    }

    [Fact]
    [Trait("kind", "soak")]
    public async Task Another_address_is_followed_while_the_old_one_works_but_not_before_it_answers()
    {
        using var old = await OwnRedis.StartAsync();
        using var next = await OwnRedis.StartAsync("--replicaof", "127.0.0.1", $"{old.Port}");
        await using var nobody = new FaultProxy(1);
        using var secrets = new TemporaryFolder();
        var secret = Path.Combine(secrets.Path, "ConnectionStrings__Redis");
        await File.WriteAllTextAsync(secret, old.ConnectionString, TestContext.Current.CancellationToken);
        await using var world = await World.StartAsync(("Secrets:Directory", secrets.Path));
        await world.LogInAsync();

        await File.WriteAllTextAsync(secret, nobody.Address, TestContext.Current.CancellationToken);
        for (var tries = 0; tries < 3; tries++)
        {
            var before = nobody.Accepted;
            await Wait.UntilAsync(() => nobody.Accepted > before, "the new address to be tried");
            await world.AssertLoggedInAsync();
        }

        await Wait.UntilAsync(async () => await next.CommandAsync("DBSIZE") == await old.CommandAsync("DBSIZE"), "the replica to have the session");
        await next.CommandAsync("REPLICAOF", "NO", "ONE");
        await File.WriteAllTextAsync(secret, next.ConnectionString, TestContext.Current.CancellationToken);
        await Wait.UntilAsync(async () => !(await old.CommandAsync("CLIENT", "LIST")).Contains("BffBroker", StringComparison.Ordinal), "the old connection to be given up");
        await world.AssertLoggedInAsync();
    }

    private static Task<World> StartAsync(string redis) => World.StartAsync(("ConnectionStrings:Redis", redis));
}
