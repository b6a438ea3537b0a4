namespace BffBroker.Sessions;

/// <summary>What a session key leads to. A store that does not answer is a <see cref="StoreUnavailableException"/>, not a lookup.</summary>
internal abstract record SessionLookup
{
    private SessionLookup()
    {
    }

    public sealed record Found(OpenSession Session) : SessionLookup;

    /// <summary>No such session: never made, expired, or ended.</summary>
    public sealed record Missing : SessionLookup;

    /// <summary>The session is there, and its companion did not come along: whoever has the key alone is not its browser, and may not end it.</summary>
    public sealed record Unbound : SessionLookup;

    /// <summary>A record is there and does not open: the key ring is lost, or somebody tampered. It is kept.</summary>
    public sealed record Unreadable : SessionLookup;
}
