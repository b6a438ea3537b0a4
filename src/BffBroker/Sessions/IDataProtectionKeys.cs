namespace BffBroker.Sessions;

/// <summary>The keys of the Data Protection key ring, as far as this node has read them.</summary>
internal interface IDataProtectionKeys
{
    /// <summary>Completes when the ring has been read once: from then on nothing that uses it blocks a thread.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be read; the next call tries again.</exception>
    Task EnsureReadAsync();

    bool Contains(Guid keyId);

    /// <summary>Has the ring read again, in the background: another node may have added a key since.</summary>
    void Reload();
}
