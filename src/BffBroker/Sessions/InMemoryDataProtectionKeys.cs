namespace BffBroker.Sessions;

/// <summary>The one key of a process without Redis, for Development. It is there from the beginning, and no other comes.</summary>
internal sealed class InMemoryDataProtectionKeys : IDataProtectionKeys
{
    public Task EnsureReadAsync() => Task.CompletedTask;

    // A key that is not this one's opens nothing.
    public bool Contains(Guid keyId) => true;

    public void Reload()
    {
    }
}
