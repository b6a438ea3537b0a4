using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>Two nodes that wait long enough for Redis that a test can stop them between any two steps.</summary>
public sealed class PatientNodes(RedisServer redis) : IAsyncLifetime
{
    public string Redis => redis.ConnectionString;

    internal BrokerNodes Nodes { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 2, ("Redis:Timeout", "00:00:20"), ("Amazon:Timeout", "00:00:20"));

    public ValueTask DisposeAsync() => Nodes.DisposeAsync();
}
