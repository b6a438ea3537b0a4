using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>How the broker opens and closes the client's multiplexers.</summary>
internal static partial class Multiplexer
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    extension(ConnectionMultiplexer multiplexer)
    {
        public bool IsCluster =>
            multiplexer.GetEndPoints().Any(endpoint => multiplexer.GetServer(endpoint).ServerType == ServerType.Cluster);

        /// <summary>Commands get through to each master of a cluster: for a second or so after connecting, the client may not know its way there yet.</summary>
        private async Task<bool> IsWholeAsync(RedisOptions options)
        {
            if (!multiplexer.IsCluster)
            {
                return true;
            }

            var servers = multiplexer.GetEndPoints().Select(endpoint => multiplexer.GetServer(endpoint));
            var cluster = servers.FirstOrDefault(server => server is { IsConnected: true, ClusterConfiguration: not null })?.ClusterConfiguration;
            try
            {
                foreach (var master in cluster?.Nodes.Where(node => node.Slots.Count > 0) ?? [])
                {
                    var key = Enumerable.Range(0, int.MaxValue).Select(number => (RedisKey)options.Key($"probe:{number}"))
                        .First(key => multiplexer.HashSlot(key) is var slot && master.Slots.Any(range => range.From <= slot && slot <= range.To));
                    _ = await multiplexer.GetDatabase().KeyExistsAsync(key).WaitAsync(options.Timeout);
                }

                return cluster is not null;
            }
            catch (Exception exception) when (RedisFailure.Of(exception) is not null)
            {
                return false;
            }
        }

        public async Task EndAsync()
        {
            await multiplexer.CloseAsync(allowCommandsToComplete: false);
            multiplexer.Free();
        }

        // Apart, since CA1849 wants DisposeAsync above, which not every version of the client has. Closed, it has nothing to wait for.
        private void Free() => multiplexer.Dispose();
    }

    /// <summary>
    /// Ends when it is connected, or when it has tried in vain; one that is not connected goes on trying. In a cluster it waits, not for long, until
    /// commands get through to every master.
    /// </summary>
    public static async Task<ConnectionMultiplexer> OpenAsync(RedisOptions options, TimeProvider clock)
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(options.ToConfiguration());
        Prepare(multiplexer);
        using var limit = new CancellationTokenSource(LongestWait, clock);
        while (!limit.IsCancellationRequested && multiplexer.IsConnected && !await multiplexer.IsWholeAsync(options))
        {
            await Task.Delay(BetweenLooks, clock);
        }

        return multiplexer;
    }

    /// <summary>What one version of the client library needs right after connecting, and another does not.</summary>
    static partial void Prepare(ConnectionMultiplexer multiplexer);
}
