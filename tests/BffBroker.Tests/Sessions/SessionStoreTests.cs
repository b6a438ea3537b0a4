using BffBroker.Redis;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Sessions;

/// <summary>What every store must do; each of them passes the same tests.</summary>
public abstract class SessionStoreTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    private protected readonly SessionHandle _handle = SessionHandle.Of(BffBroker.OAuth.CookieSecret.Create());

    private protected abstract ISessionStore Store { get; }

    [Fact]
    public async Task A_record_is_loaded_as_it_was_created()
    {
        await CreateAsync(generation: 3, [0, 1, 255]);

        var loaded = (await Store.LoadAsync(_handle))!;

        Assert.Equal((1, 3L, Now), (loaded.Format, loaded.Generation, loaded.Seen));
        Assert.Equal([0, 1, 255], loaded.Sealed);
    }

    [Fact]
    public async Task There_is_nothing_where_nothing_was_created() => Assert.Null(await Store.LoadAsync(_handle));

    [Fact]
    public async Task A_save_takes_the_next_generation_once()
    {
        await CreateAsync(generation: 1, [1]);

        Assert.True(await Store.SaveAsync(_handle, 1, 2, [2]));
        Assert.True(await Store.SaveAsync(_handle, 1, 2, [2])); // the same once more: the first answer was lost
        Assert.False(await Store.SaveAsync(_handle, 1, 2, [3]));
        Assert.False(await Store.SaveAsync(_handle, 3, 4, [4]));

        var loaded = (await Store.LoadAsync(_handle))!;
        Assert.Equal(2, loaded.Generation);
        Assert.Equal([2], loaded.Sealed);
        Assert.Equal(Now, loaded.Seen);
    }

    [Fact]
    public async Task A_save_tells_its_own_format_whatever_the_one_before_was()
    {
        await Store.CreateAsync(_handle, new(StoredSession.CurrentFormat + 1, 1, Now, [1]), Life);

        Assert.True(await Store.SaveAsync(_handle, 1, 2, [2]));

        Assert.Equal(StoredSession.CurrentFormat, (await Store.LoadAsync(_handle))!.Format);
    }

    [Fact]
    public async Task An_intent_takes_the_place_of_the_one_that_was_read_and_of_no_other()
    {
        await CreateAsync(generation: 7, [1]);
        var (first, second) = (RefreshIntent.Begin(null, 7, Now, isForced: false), RefreshIntent.Begin(null, 7, Now, isForced: true));

        Assert.True(await Store.NoteAsync(_handle, 7, null, first));
        Assert.False(await Store.NoteAsync(_handle, 7, null, second)); // somebody who was stopped between reading and noting
        Assert.False(await Store.NoteAsync(_handle, 8, first, second));
        Assert.Equal(first, (await Store.LoadAsync(_handle))!.Intent);

        Assert.True(await Store.NoteAsync(_handle, 7, first, second));
        Assert.Equal(second, (await Store.LoadAsync(_handle))!.Intent);
        Assert.True(await Store.NoteAsync(_handle, 7, second, null));
        Assert.Null((await Store.LoadAsync(_handle))!.Intent);
    }

    [Fact]
    public async Task A_save_settles_the_intent_and_an_intent_revives_nothing()
    {
        await CreateAsync(generation: 1, [1]);
        var intent = RefreshIntent.Begin(null, 1, Now, isForced: false);
        await Store.NoteAsync(_handle, 1, null, intent);

        Assert.True(await Store.SaveAsync(_handle, 1, 2, [2]));
        Assert.Null((await Store.LoadAsync(_handle))!.Intent);

        await Store.DeleteAsync(_handle);
        Assert.False(await Store.NoteAsync(_handle, 2, null, intent));
        Assert.Null(await Store.LoadAsync(_handle));
    }

    [Fact]
    public async Task A_save_revives_nothing()
    {
        await CreateAsync(generation: 1, [1]);
        Assert.True(await Store.DeleteAsync(_handle));

        Assert.False(await Store.SaveAsync(_handle, 1, 2, [2]));
        Assert.Null(await Store.LoadAsync(_handle));
    }

    [Fact]
    public async Task A_delete_by_generation_spares_a_newer_one()
    {
        await CreateAsync(generation: 1, [1]);
        await Store.SaveAsync(_handle, 1, 2, [2]);

        Assert.False(await Store.DeleteAsync(_handle, 1));
        Assert.NotNull(await Store.LoadAsync(_handle));
        Assert.True(await Store.DeleteAsync(_handle, 2));
        Assert.Null(await Store.LoadAsync(_handle));
        Assert.False(await Store.DeleteAsync(_handle));
    }

    [Fact]
    public async Task A_touch_counts_only_on_what_its_reader_saw()
    {
        await CreateAsync(generation: 1, [1]);

        await Store.TouchAsync(_handle, Now, Now.AddMinutes(10), Life);
        await Store.TouchAsync(_handle, Now, Now.AddMinutes(20), Life);

        Assert.Equal(Now.AddMinutes(10), (await Store.LoadAsync(_handle))!.Seen);
    }

    [Fact]
    public async Task A_touch_revives_nothing()
    {
        await Store.TouchAsync(_handle, Now, Now.AddMinutes(10), Life);

        Assert.Null(await Store.LoadAsync(_handle));
    }

    [Fact]
    public async Task A_retired_record_ends_in_time()
    {
        await CreateAsync(generation: 1, [1]);

        Assert.True(await Store.RetireAsync(_handle, TimeSpan.FromMilliseconds(100)));

        await Wait.UntilAsync(async () => await Store.LoadAsync(_handle) is null, "the retired record to end");
    }

    [Fact]
    public async Task A_record_that_a_node_with_a_fast_clock_touched_is_retired_as_well()
    {
        await CreateAsync(generation: 1, [1]);
        var grace = Life / 2;
        await Store.TouchAsync(_handle, Now, Now + Life, Life);

        Assert.True(await Store.RetireAsync(_handle, grace));
        Assert.False(await Store.RetireAsync(_handle, grace));

        Assert.Equal(StoredSession.Retired, (await Store.LoadAsync(_handle))!.Seen);
    }

    [Fact]
    public async Task Nobody_pushes_the_end_of_a_retired_record_out()
    {
        await CreateAsync(generation: 1, [1]);
        var grace = Life / 2;

        Assert.True(await Store.RetireAsync(_handle, grace));
        await Store.TouchAsync(_handle, Now, Now, Life);
        Assert.True(await Store.SaveAsync(_handle, 1, 2, [2]));
        Assert.False(await Store.RetireAsync(_handle, Life));

        Assert.Equal(StoredSession.Retired, (await Store.LoadAsync(_handle))!.Seen);
    }

    [Fact]
    public async Task A_record_ends_with_its_life()
    {
        await Store.CreateAsync(_handle, new(1, 1, Now, [1]), TimeSpan.FromMilliseconds(100));

        await Wait.UntilAsync(async () => await Store.LoadAsync(_handle) is null, "the record to end");
    }

    [Fact]
    public async Task A_touch_pushes_the_end_of_a_record_out()
    {
        var (untouched, life) = (SessionHandle.Of(BffBroker.OAuth.CookieSecret.Create()), TimeSpan.FromSeconds(3));
        await Store.CreateAsync(_handle, new(1, 1, Now, [1]), life);
        await Store.TouchAsync(_handle, Now, Now.AddMinutes(10), Life);
        await Store.CreateAsync(untouched, new(1, 1, Now, [1]), life);

        await Wait.UntilAsync(async () => await Store.LoadAsync(untouched) is null, "the other record to end");
        Assert.NotNull(await Store.LoadAsync(_handle));
    }

    private Task CreateAsync(long generation, byte[] content) => Store.CreateAsync(_handle, new(1, generation, Now, content), Life);

    public sealed class InMemory : SessionStoreTests
    {
        private protected override ISessionStore Store { get; } = new InMemorySessionStore(TimeProvider.System);
    }

    public sealed class InRedisByResp2(RedisServer redis) : InRedis(redis, redis.ConnectionString + ",protocol=resp2");

    public sealed class InRedisWithTheDocumentedRights(RedisServer redis) : InRedis(redis, redis.LeastPrivilegedConnectionString);

    public class InRedis : SessionStoreTests, IAsyncDisposable
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
            Store = ActivatorUtilities.CreateInstance<RedisSessionStore>(_services);
        }

        private protected override ISessionStore Store { get; }

        [Fact]
        public async Task A_record_whose_end_was_taken_off_ends_when_it_is_retired()
        {
            await CreateAsync(generation: 1, [1]);
            var redis = _services.GetRequiredService<RedisConnection>();
            Assert.True(await _redis.Database.KeyPersistAsync(redis.Options.Key($"{{{_handle.Value}}}")));

            Assert.True(await Store.RetireAsync(_handle, TimeSpan.FromMilliseconds(100)));

            await Wait.UntilAsync(async () => await Store.LoadAsync(_handle) is null, "the retired record to end");
        }

        public async ValueTask DisposeAsync()
        {
            await _services.DisposeAsync();
            GC.SuppressFinalize(this);
        }
    }
}
