using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>How the broker opens and closes the client's multiplexers.</summary>
internal static partial class Multiplexer
{
    extension(ConnectionMultiplexer multiplexer)
    {
        public bool IsCluster =>
            multiplexer.GetEndPoints().Any(endpoint => multiplexer.GetServer(endpoint).ServerType == ServerType.Cluster);

        public async Task EndAsync()
        {
            await multiplexer.CloseAsync(allowCommandsToComplete: false);
            multiplexer.Dispose();
        }
    }

    /// <summary>Ends when it is connected, or when it has tried in vain; one that is not connected goes on trying.</summary>
    public static async Task<ConnectionMultiplexer> OpenAsync(RedisOptions options)
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(options.ToConfiguration());
        Prepare(multiplexer);
        return multiplexer;
    }

    /// <summary>What one version of the client library needs right after connecting, and another does not.</summary>
    static partial void Prepare(ConnectionMultiplexer multiplexer);
}
