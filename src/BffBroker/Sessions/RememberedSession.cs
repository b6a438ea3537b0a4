namespace BffBroker.Sessions;

/// <summary>What this node wrote of a session lately, or has yet to write.</summary>
/// <param name="Generation">The saved one, or the newest that was ended.</param>
/// <param name="Sealed">Null for a session that was ended.</param>
/// <param name="Since">When it began to hold. An end that lies ahead is the grace of a replaced session.</param>
/// <param name="InStoreAt">How many interruptions there had been when the store took it; null while it has not.</param>
internal sealed record RememberedSession(long Generation, byte[]? Sealed, DateTimeOffset Since, long? InStoreAt = null)
{
    /// <summary>Ended, whatever is saved later.</summary>
    public const long AnyGeneration = long.MaxValue;

    /// <summary>The record as this node knows it: null once ended, a newer generation than the store's, or the store's own.</summary>
    public StoredSession? ApplyTo(StoredSession stored, DateTimeOffset now) => stored switch
    {
        // Neither older nor newer: it is shown as it is.
        { Format: StoredSession.Corrupt } => stored,
        _ when Sealed is null => stored.Generation <= Generation && Since <= now ? null : stored,

        // What this node remembers did not come after it: it could not have read it.
        { IsOfKnownFormat: false } => stored,
        _ => stored.Generation < Generation ? stored with { Format = StoredSession.CurrentFormat, Generation = Generation, Sealed = Sealed, Intent = null } : stored,
    };

    /// <summary>Of two memories of one session, the one that counts.</summary>
    public RememberedSession Latest(RememberedSession other) =>
        other.Generation > Generation || (other.Generation == Generation && (Sealed is not null || other.Since < Since)) ? other : this;
}
