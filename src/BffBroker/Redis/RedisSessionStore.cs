using System.Globalization;
using System.Runtime.CompilerServices;
using BffBroker.Sessions;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>
/// Session records as hashes, <c>bff:{handle}</c>, braces included: they keep a session's keys in one slot of a cluster. What is more than one
/// step is one script, which touches only keys of the handle's slot and does no harm when it is done twice.
/// </summary>
internal sealed class RedisSessionStore(RedisConnection redis, RedisKeys keys) : ISessionStore
{
    private static readonly RedisScript Create = new("create", """
        redis.call('HSET', KEYS[1], 'format', ARGV[1], 'generation', ARGV[2], 'seen', ARGV[3], 'sealed', ARGV[4])
        return redis.call('PEXPIRE', KEYS[1], ARGV[5])
        """);

    private static readonly RedisScript Save = new("save", """
        local generation = redis.call('HGET', KEYS[1], 'generation')
        if generation == ARGV[2] and redis.call('HGET', KEYS[1], 'sealed') == ARGV[3] then return 1 end
        if generation ~= ARGV[1] then return 0 end
        redis.call('HSET', KEYS[1], 'format', ARGV[4], 'generation', ARGV[2], 'sealed', ARGV[3])
        redis.call('HDEL', KEYS[1], 'intent')
        return 1
        """);

    private static readonly RedisScript Note = new("note", """
        if redis.call('HGET', KEYS[1], 'generation') ~= ARGV[1] then return 0 end
        local intent = redis.call('HGET', KEYS[1], 'intent') or ''
        if intent == ARGV[3] then return 1 end
        if intent ~= ARGV[2] then return 0 end
        if ARGV[3] == '' then redis.call('HDEL', KEYS[1], 'intent') else redis.call('HSET', KEYS[1], 'intent', ARGV[3]) end
        return 1
        """);

    private static readonly RedisScript Touch = new("touch", """
        if redis.call('HGET', KEYS[1], 'seen') ~= ARGV[1] then return 0 end
        redis.call('HSET', KEYS[1], 'seen', ARGV[2])
        return redis.call('PEXPIRE', KEYS[1], ARGV[3])
        """);

    // The mark in the place of "seen" says that nobody may push the end out: Touch compares it, and no reader finds it old.
    private static readonly RedisScript Retire = new("retire", """
        local seen = tonumber(redis.call('HGET', KEYS[1], 'seen'))
        if not seen or seen >= tonumber(ARGV[1]) then return 0 end
        local left, grace = redis.call('PTTL', KEYS[1]), tonumber(ARGV[2])
        redis.call('HSET', KEYS[1], 'seen', ARGV[1])
        return redis.call('PEXPIRE', KEYS[1], left < 0 and grace or math.min(left, grace))
        """);

    private static readonly RedisScript DeleteGeneration = new("delete", """
        if redis.call('HGET', KEYS[1], 'generation') ~= ARGV[1] then return 0 end
        return redis.call('DEL', KEYS[1])
        """);

    private static readonly StoredSession Corrupt = new(StoredSession.Corrupt, 0, DateTimeOffset.MaxValue, []);
    private static readonly RedisValue[] Fields = ["format", "generation", "seen", "sealed", "intent"];

    public Task CreateAsync(SessionHandle handle, StoredSession record, TimeSpan life) =>
        redis.EvaluateAsync(Create, [Key(handle)], record.Format, record.Generation, Milliseconds(record.Seen), record.Sealed, Milliseconds(life));

    public async Task<StoredSession?> LoadAsync(SessionHandle handle)
    {
        RedisKey key = Key(handle);
        try
        {
            var values = await redis.RunAsync("load", database => database.HashGetAsync(key, Fields));
            return values.All(value => value.IsNull) ? null : Read(values);
        }
        catch (StoreUnavailableException exception) when (RedisError.IsWrongType(exception))
        {
            return Corrupt;
        }
    }

    public async Task<bool> SaveAsync(SessionHandle handle, long from, long generation, byte[] sealedSession) =>
        await redis.EvaluateAsync(Save, [Key(handle)], from, generation, sealedSession, StoredSession.CurrentFormat) == 1;

    public async Task<bool> NoteAsync(SessionHandle handle, long generation, RefreshIntent? before, RefreshIntent? next) =>
        await redis.EvaluateAsync(Note, [Key(handle)], generation, before?.ToString() ?? "", next?.ToString() ?? "") == 1;

    public Task TouchAsync(SessionHandle handle, DateTimeOffset seenBefore, DateTimeOffset seen, TimeSpan life) =>
        redis.EvaluateAsync(Touch, [Key(handle)], Milliseconds(seenBefore), Milliseconds(seen), Milliseconds(life));

    public async Task<bool> RetireAsync(SessionHandle handle, TimeSpan grace) =>
        await redis.EvaluateAsync(Retire, [Key(handle)], Milliseconds(StoredSession.Retired), Milliseconds(grace)) == 1;

    public Task<bool> DeleteAsync(SessionHandle handle) => redis.RunAsync("delete", database => database.KeyDeleteAsync(Key(handle)));

    public async Task<bool> DeleteAsync(SessionHandle handle, long generation) =>
        await redis.EvaluateAsync(DeleteGeneration, [Key(handle)], generation) == 1;

    public async IAsyncEnumerable<SessionHandle> AllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var name in keys.BeginningWithAsync("{", cancellationToken))
        {
            if (name is ['{', .. var handle, '}'] && SessionHandle.Parse(handle) is { } session)
            {
                yield return session;
            }
        }
    }

    private string Key(SessionHandle handle) => redis.Options.Key("{" + handle.Value + "}");

    private static StoredSession Read(RedisValue[] values) =>
        int.TryParse((string?)values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var format)
        && long.TryParse((string?)values[1], NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
        && long.TryParse((string?)values[2], NumberStyles.None, CultureInfo.InvariantCulture, out var seen)
        && seen <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
        && (byte[]?)values[3] is { } sealedSession
            ? new(format, generation, DateTimeOffset.FromUnixTimeMilliseconds(seen), sealedSession, RefreshIntent.Parse((string?)values[4]))
            : Corrupt;

    private static long Milliseconds(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds();

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
