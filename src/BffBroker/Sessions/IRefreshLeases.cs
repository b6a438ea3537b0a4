namespace BffBroker.Sessions;

/// <summary>At most one node refreshes a session at a time.</summary>
internal interface IRefreshLeases
{
    /// <summary>Null when another has it. Held, and renewed, until disposed; a node that dies loses it within seconds.</summary>
    Task<IAsyncDisposable?> TryAcquireAsync(SessionHandle handle);

    /// <summary>Tells of the lease's release by any node, from now on.</summary>
    ReleaseHints.Watch Watch(SessionHandle handle);
}
