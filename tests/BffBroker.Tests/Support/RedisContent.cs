using StackExchange.Redis;

namespace BffBroker.Tests.Support;

/// <summary>What a thief of a whole database would read.</summary>
internal static class RedisContent
{
    /// <summary>The names of the keys that match.</summary>
    public static async Task<string[]> KeysAsync(this IDatabase database, string pattern) =>
        await database.Multiplexer.GetServers().First(server => server is { IsConnected: true, IsReplica: false }).KeysAsync(pattern: pattern)
            .Select(key => (string)key!).Distinct().ToArrayAsync();

    /// <summary>Every key and every value whose key begins so, as one text.</summary>
    public static async Task<string> OfAsync(IDatabase database, string prefix)
    {
        var dump = new List<string>();
        foreach (var key in await database.KeysAsync(prefix + "*"))
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
