using System.Runtime.CompilerServices;
using BffBroker.Sessions;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>The sessions of each user as hashes, <c>bff:user:handle</c>: an entry a session, by its handle.</summary>
internal sealed class RedisUserIndex(RedisConnection redis, RedisKeys keys) : IUserIndex
{
    private const string Beginning = "user:";

    private static readonly RedisScript Add = new("index_add", """
        local kind = redis.call('TYPE', KEYS[1])['ok']
        if kind ~= 'hash' and kind ~= 'none' then redis.call('DEL', KEYS[1]) end
        redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
        if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
        return 1
        """);

    public Task AddAsync(UserHandle user, SessionHandle session, byte[] entry, TimeSpan life) =>
        redis.EvaluateAsync(Add, [Key(user)], session.Value, entry, (long)life.TotalMilliseconds);

    public async Task<IReadOnlyDictionary<SessionHandle, byte[]>> LoadAsync(UserHandle user)
    {
        var entries = await OfHashAsync(() => redis.RunAsync("index_load", database => database.HashGetAllAsync(Key(user)))) ?? [];
        return entries.Where(entry => SessionHandle.Parse(entry.Name) is not null).ToDictionary(entry => new SessionHandle(entry.Name!), entry => (byte[]?)entry.Value ?? []);
    }

    public Task RemoveAsync(UserHandle user, IReadOnlyCollection<SessionHandle> sessions) =>
        OfHashAsync(() => redis.RunAsync("index_remove", database => database.HashDeleteAsync(Key(user), [.. sessions.Select(session => (RedisValue)session.Value)])));

    public async IAsyncEnumerable<UserHandle> AllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var name in keys.BeginningWithAsync(Beginning, cancellationToken))
        {
            yield return new(name[Beginning.Length..]);
        }
    }

    // What somebody else put in the place of an index has no entries: it must not keep anybody's sessions from being ended.
    private static async Task<T?> OfHashAsync<T>(Func<Task<T>> operation)
    {
        try
        {
            return await operation();
        }
        catch (StoreUnavailableException exception) when (RedisError.IsWrongType(exception))
        {
            return default;
        }
    }

    private string Key(UserHandle user) => redis.Options.Key(Beginning + user.Value);
}
