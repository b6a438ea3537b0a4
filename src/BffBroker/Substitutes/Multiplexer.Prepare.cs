using StackExchange.Redis;

namespace BffBroker.Redis;

internal static partial class Multiplexer
{
    // Client 1.2.6 would otherwise hold back every later answer while one continuation blocks. From 2.0 on it is always so.
    static partial void Prepare(ConnectionMultiplexer multiplexer) => multiplexer.PreserveAsyncOrder = false;
}
