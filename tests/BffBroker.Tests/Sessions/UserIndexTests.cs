using BffBroker.OAuth;
using BffBroker.Redis;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace BffBroker.Tests.Sessions;

/// <summary>What every index of users' sessions must do; each of them passes the same tests.</summary>
public abstract class UserIndexTests
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    private protected static readonly UserHandle User = UserHandle.Of("client", "user");

    private protected abstract IUserIndex Index { get; }

    [Fact]
    public async Task An_entry_is_loaded_as_it_was_added()
    {
        var session = NewSession();
        await Index.AddAsync(User, session, [0, 1, 255], Life);

        Assert.Equal([0, 1, 255], Assert.Single(await Index.LoadAsync(User), entry => entry.Key == session).Value);
    }

    [Fact]
    public async Task A_second_entry_of_the_same_session_changes_nothing()
    {
        var session = NewSession();
        await Index.AddAsync(User, session, [1], Life);
        await Index.AddAsync(User, session, [2], Life);

        Assert.Equal([1], (await Index.LoadAsync(User))[session]);
    }

    [Fact]
    public async Task Removed_entries_are_gone_and_the_others_stay()
    {
        var (first, second, third) = (NewSession(), NewSession(), NewSession());
        foreach (var session in new[] { first, second, third })
        {
            await Index.AddAsync(User, session, [1], Life);
        }

        await Index.RemoveAsync(User, [first, third]);

        Assert.Equal([second], (await Index.LoadAsync(User)).Keys);
    }

    [Fact]
    public async Task Users_do_not_share_entries_and_all_of_them_are_found()
    {
        var other = UserHandle.Of("client", "other");
        await Index.AddAsync(User, NewSession(), [1], Life);
        await Index.AddAsync(other, NewSession(), [1], Life);

        Assert.Single(await Index.LoadAsync(User));
        var users = await Index.AllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(new[] { User, other }.ToHashSet(), users.ToHashSet());
    }

    [Fact]
    public async Task A_user_s_index_lives_as_long_as_its_newest_session()
    {
        var (lasting, brief, other) = (NewSession(), NewSession(), UserHandle.Of("client", "brief first"));
        await Index.AddAsync(User, lasting, [1], Life);
        await Index.AddAsync(User, brief, [1], TimeSpan.FromMilliseconds(1));
        await Index.AddAsync(other, brief, [1], TimeSpan.FromSeconds(2));
        await Index.AddAsync(other, lasting, [1], Life);
        await Index.AddAsync(UserHandle.Of("client", "brief"), brief, [1], TimeSpan.FromSeconds(2));

        await Wait.UntilAsync(async () => (await Index.LoadAsync(UserHandle.Of("client", "brief"))).Count == 0, "the index of brief sessions alone to end");
        Assert.Equal(2, (await Index.LoadAsync(User)).Count);
        Assert.Contains(lasting, (await Index.LoadAsync(other)).Keys);
    }

    [Fact]
    public void A_handle_tells_client_and_user_apart()
    {
        Assert.NotEqual(UserHandle.Of("a", "bc"), UserHandle.Of("ab", "c"));
        Assert.NotEqual(UserHandle.Of("a", "b"), UserHandle.Of("a", "c"));
        Assert.Equal(43, User.Value.Length);
    }

    private static SessionHandle NewSession() => SessionHandle.Of(CookieSecret.Create());

    public sealed class InMemory : UserIndexTests
    {
        private protected override IUserIndex Index { get; } = new InMemoryUserIndex(TimeProvider.System);
    }

    public sealed class InRedisByResp2(RedisServer redis) : InRedis(redis, redis.ConnectionString + ",protocol=resp2");

    public sealed class InRedisWithTheDocumentedRights(RedisServer redis) : InRedis(redis, redis.LeastPrivilegedConnectionString);

    public class InRedis : UserIndexTests, IAsyncDisposable
    {
        private readonly RedisServer _redis;
        private readonly ServiceProvider _services;

        public InRedis(RedisServer redis)
            : this(redis, redis.ConnectionString + ",protocol=resp3")
        {
        }

        private protected InRedis(RedisServer redis, string connectionString)
        {
            _redis = redis;
            _services = RedisServices.Of(connectionString, $"test-{Guid.NewGuid():N}:");
            Index = ActivatorUtilities.CreateInstance<RedisUserIndex>(_services);
        }

        private protected override IUserIndex Index { get; }

        [Fact]
        public async Task What_is_no_handle_is_no_entry()
        {
            var redis = _services.GetRequiredService<RedisConnection>();
            await _redis.Database.HashSetAsync(redis.Options.Key($"user:{User.Value}"), "planted", "x");
            await _redis.Database.HashSetAsync(redis.Options.Key($"user:{User.Value}"), RedisValue.EmptyString, "x");

            Assert.Empty(await Index.LoadAsync(User));
        }

        [Fact]
        public async Task Something_else_in_the_place_of_an_index_is_empty_and_gives_way_to_an_entry()
        {
            var redis = _services.GetRequiredService<RedisConnection>();
            await _redis.Database.StringSetAsync(redis.Options.Key($"user:{User.Value}"), "planted");
            var session = NewSession();

            Assert.Empty(await Index.LoadAsync(User));
            await Index.RemoveAsync(User, [session]);
            await Index.AddAsync(User, session, [1], Life);

            Assert.Equal([1], (await Index.LoadAsync(User))[session]);
        }

        public async ValueTask DisposeAsync()
        {
            await _services.DisposeAsync();
            GC.SuppressFinalize(this);
        }
    }
}
