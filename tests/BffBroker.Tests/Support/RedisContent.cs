using StackExchange.Redis;

namespace BffBroker.Tests.Support;

/// <summary>What a thief of a whole database would read.</summary>
internal static class RedisContent
{
    /// <summary>Every key and every value whose key begins so, as one text.</summary>
    public static async Task<string> OfAsync(IDatabase database, string prefix)
    {
        // Not by the client's enumeration, which blocks: after an await this may run on the thread that reads the answers.
        var keys = (string[])(await database.ExecuteAsync("KEYS", prefix + "*"))!;
        var dump = new List<string>();
        foreach (var key in keys)
        {
            dump.Add(key);
            switch (await database.KeyTypeAsync(key))
            {
                case RedisType.Hash:
                    dump.AddRange((await database.HashGetAllAsync(key)).SelectMany(field => new[] { (string)field.Name!, (string)field.Value! }));
                    break;
                case RedisType.List:
                    dump.AddRange((await database.ListRangeAsync(key)).Select(value => (string)value!));
                    break;
                default:
                    dump.Add((string)(await database.StringGetAsync(key))!);
                    break;
            }
        }

        return string.Join('\n', dump);
    }
}
