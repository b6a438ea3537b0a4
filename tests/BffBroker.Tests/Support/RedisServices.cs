using BffBroker.Redis;
using BffBroker.Sessions;
using BffBroker.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Support;

/// <summary>A connection to Redis as the broker has it, without a broker.</summary>
internal static class RedisServices
{
    public static ServiceProvider Of(string connectionString, string keyPrefix) => new ServiceCollection()
        .AddLogging()
        .AddMetrics()
        .AddSingleton(TimeProvider.System)
        .AddSingleton<BrokerMeter>()
        .AddSingleton<StoreSignals>()
        .AddSingleton<RedisMultiplexer>()
        .AddSingleton<RedisConnection>()
        .AddSingleton<RedisKeys>()
        .Configure<RedisOptions>(options => (options.ConnectionString, options.KeyPrefix) = (connectionString, keyPrefix))
        .BuildServiceProvider();
}
