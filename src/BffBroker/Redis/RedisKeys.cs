using System.Runtime.CompilerServices;
using BffBroker.Sessions;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>Finds keys by SCAN, on every server. For what operators ask for: it reads all of Redis.</summary>
internal sealed class RedisKeys(RedisConnection redis)
{
    private const int Page = 1000;

    /// <summary>The names, without the prefix, of the keys that begin with <paramref name="beginning"/>; a name may come twice.</summary>
    /// <exception cref="StoreUnavailableException">A master cannot be asked: what it has would be left out.</exception>
    public async IAsyncEnumerable<string> BeginningWithAsync(string beginning, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = redis.Options.Key(beginning);
        foreach (var server in await ServersAsync())
        {
            using var keys = Pages(server, start); // synchronous: not every version of the client can do it otherwise
            while (await Task.Run(() => MoveNext(keys), cancellationToken))
            {
                foreach (var key in keys.Current)
                {
                    yield return ((string)key!)[redis.Options.KeyPrefix.Length..];
                }
            }
        }
    }

    // Redis:Timeout is for each page; how many of them have no such key is another matter.
    private static IEnumerator<RedisKey[]> Pages(IServer server, string start) => server.Keys(pattern: Literal(start) + "*", pageSize: Page).Chunk(Page).GetEnumerator();

    private static bool MoveNext(IEnumerator<RedisKey[]> keys)
    {
        try
        {
            return keys.MoveNext();
        }
        catch (Exception exception) when (RedisFailure.Of(exception) is { } failure)
        {
            throw new StoreUnavailableException(failure.Reason, exception);
        }
    }

    // A replica among them tells of the same keys once more.
    private Task<List<IServer>> ServersAsync() => redis.RunAsync("servers", database =>
    {
        var multiplexer = database.Multiplexer;
        List<IServer> connected = [.. multiplexer.GetEndPoints().Select(endpoint => multiplexer.GetServer(endpoint)).Where(server => server.IsConnected)];
        var masters = connected.SelectMany(server => server.ClusterConfiguration?.Nodes ?? []).Where(node => node.Slots.Count > 0).Select(node => node.EndPoint).ToHashSet();
        return masters.IsSubsetOf(connected.Select(server => server.EndPoint)) && database.IsConnected("any", CommandFlags.DemandMaster)
            ? Task.FromResult(connected)
            : throw new StoreUnavailableException("Not every master of Redis is connected.");
    });

    // SCAN takes a glob.
    private static string Literal(string text) =>
        string.Concat(text.Select(character => character is '*' or '?' or '[' or ']' or '\\' or '^' or '-' ? $"\\{character}" : $"{character}"));
}
