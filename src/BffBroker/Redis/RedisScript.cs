namespace BffBroker.Redis;

/// <summary>A script, and the word of the operation that it does in the histogram.</summary>
internal sealed record RedisScript(string Operation, string Text)
{
    /// <summary>Deletes a key while it still has the value that its owner gave it.</summary>
    public static RedisScript DeleteOwn(string operation) =>
        new(operation, "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0");
}
