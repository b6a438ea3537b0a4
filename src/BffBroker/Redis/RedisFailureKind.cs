namespace BffBroker.Redis;

/// <summary>What a failure says of the connection.</summary>
internal enum RedisFailureKind
{
    /// <summary>There is no connection: the client, or a new multiplexer, makes one.</summary>
    Lost,

    /// <summary>Nobody answered in time. A connection that only does so is a dead one that nobody closed.</summary>
    Late,

    /// <summary>This server does not do it any more; by a new multiplexer it may be found elsewhere, or with another password.</summary>
    NotHere,

    /// <summary>Out of memory, loading, busy: it passes, and no new connection helps.</summary>
    NotNow,

    /// <summary>The connection is as good as any.</summary>
    OurFault,
}
