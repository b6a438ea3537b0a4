using System.Runtime.CompilerServices;
using BffBroker.Sessions;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>Finds keys by SCAN, on every server. For what operators ask for: it reads all of Redis.</summary>
internal sealed class RedisKeys(RedisConnection redis, TimeProvider clock)
{
    private const int Page = 1000;

    /// <summary>The names, without the prefix, of the keys that begin with <paramref name="beginning"/>; a name may come twice.</summary>
    /// <exception cref="StoreUnavailableException">A master cannot be asked: what it has would be left out.</exception>
    public async IAsyncEnumerable<string> BeginningWithAsync(string beginning, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pattern = Literal(redis.Options.Key(beginning)) + "*";
        foreach (var master in await MastersAsync())
        {
            await using var keys = master.KeysAsync(pattern: pattern, pageSize: Page).GetAsyncEnumerator(cancellationToken);
            while (await MoveNextAsync(keys, cancellationToken))
            {
                yield return ((string)keys.Current!)[redis.Options.KeyPrefix.Length..];
            }
        }
    }

    // Redis:Timeout bounds each page, not the whole scan.
    private async Task<bool> MoveNextAsync(IAsyncEnumerator<RedisKey> keys, CancellationToken cancellationToken)
    {
        try
        {
            var next = keys.MoveNextAsync();
            return next.IsCompleted ? await next : await next.AsTask().WaitAsync(redis.Options.Timeout, clock, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && RedisError.Of(exception) is { } error)
        {
            throw new StoreUnavailableException(error.Reason, exception);
        }
    }

    private async Task<List<IServer>> MastersAsync()
    {
        var servers = await redis.RunAsync("servers", database => Task.FromResult(database.Multiplexer.GetServers()));
        List<IServer> masters = [.. servers.Where(server => server is { IsConnected: true, IsReplica: false })];
        var withSlots = masters.SelectMany(server => server.ClusterConfiguration?.Nodes ?? []).Where(node => node.Slots.Count > 0).Select(node => node.EndPoint).ToHashSet();
        return masters.Count > 0 && withSlots.IsSubsetOf(masters.Select(server => server.EndPoint))
            ? masters
            : throw new StoreUnavailableException("Not every master of Redis is connected.");
    }

    // SCAN takes a glob.
    private static string Literal(string text) =>
        string.Concat(text.Select(character => character is '*' or '?' or '[' or ']' or '\\' or '^' or '-' ? $"\\{character}" : $"{character}"));
}
