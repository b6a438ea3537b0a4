using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>How the broker opens and closes the client's multiplexers.</summary>
internal static partial class Multiplexer
{
    private const int MostLooks = 60;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    extension(ConnectionMultiplexer multiplexer)
    {
        public bool IsCluster =>
            multiplexer.GetEndPoints().Any(endpoint => multiplexer.GetServer(endpoint).ServerType == ServerType.Cluster);

        /// <summary>Each master that serves slots is connected: the client asks none before that, and fails.</summary>
        private bool IsWhole
        {
            get
            {
                var endpoints = multiplexer.GetEndPoints();
                var cluster = endpoints.Select(endpoint => multiplexer.GetServer(endpoint)).FirstOrDefault(server => server is { IsConnected: true, ClusterConfiguration: not null });
                return cluster?.ClusterConfiguration?.Nodes.Where(node => node.Slots.Count > 0)
                    .All(master => endpoints.Contains(master.EndPoint) && multiplexer.GetServer(master.EndPoint!).IsConnected) != false;
            }
        }

        public async Task EndAsync()
        {
            await multiplexer.CloseAsync(allowCommandsToComplete: false);
            multiplexer.Dispose();
        }
    }

    /// <summary>
    /// Ends when it is connected, in a cluster with every master for whose sake it is worth waiting, or when it has tried in vain; one that is not
    /// connected goes on trying.
    /// </summary>
    public static async Task<ConnectionMultiplexer> OpenAsync(RedisOptions options, TimeProvider clock)
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(options.ToConfiguration());
        Prepare(multiplexer);
        for (var looks = 0; looks < MostLooks && multiplexer.IsConnected && !multiplexer.IsWhole; looks++)
        {
            await Task.Delay(BetweenLooks, clock);
        }

        return multiplexer;
    }

    /// <summary>What one version of the client library needs right after connecting, and another does not.</summary>
    static partial void Prepare(ConnectionMultiplexer multiplexer);
}
