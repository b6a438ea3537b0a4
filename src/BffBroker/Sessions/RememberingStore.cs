namespace BffBroker.Sessions;

/// <summary>
/// The session store, as seen by a node that remembers what it has written. A store that takes no writes does not cost the token that Amazon has
/// just given: this node serves it until it is in. And a failover to a replica that lags behind brings back neither an old token nor an ended
/// session: what is older than this node's memory does not count.
/// </summary>
internal sealed partial class RememberingStore(
    ISessionStore store, RecentWrites writes, StoreSignals signals, TimeProvider clock, ILogger<RememberingStore> logger)
{
    public Task CreateAsync(SessionHandle handle, StoredSession record, TimeSpan life) => store.CreateAsync(handle, record, life);

    public async Task<StoredSession?> LoadAsync(SessionHandle handle)
    {
        var stored = await store.LoadAsync(handle);
        if (stored is null || writes.Find(handle) is not { } remembered)
        {
            return stored;
        }

        var known = remembered.ApplyTo(stored, clock.GetUtcNow());
        if (!ReferenceEquals(known, stored))
        {
            writes.Update(handle, remembered, remembered with { InStoreAt = null });
        }

        return known;
    }

    /// <summary>
    /// Saves the next generation now or, when the store does not take it, as soon as it does; this node serves it from now on. False when the
    /// session has ended, or another has saved meanwhile.
    /// </summary>
    public Task<bool> SaveAsync(SessionHandle handle, long generation, byte[] sealedSession) => WriteAsync(
        handle,
        new(generation, sealedSession, clock.GetUtcNow()),
        async () => await store.SaveAsync(handle, generation - 1, generation, sealedSession)

            // Older than what this save started from: a failover has lost the one between.
            || (await store.LoadAsync(handle) is { IsOfKnownFormat: true } stored && stored.Generation < generation - 1
                && await store.SaveAsync(handle, stored.Generation, generation, sealedSession)));

    /// <summary>Ends a session, as soon as the store does it: also one whose creation has failed and may still be done.</summary>
    public void Abandon(SessionHandle handle) => writes.Remember(handle, new(RememberedSession.AnyGeneration, null, clock.GetUtcNow()));

    /// <inheritdoc cref="ISessionStore.AllAsync"/>
    public IAsyncEnumerable<SessionHandle> AllAsync(CancellationToken cancellationToken) => store.AllAsync(cancellationToken);

    /// <inheritdoc cref="ISessionStore.NoteAsync"/>
    public Task<bool> NoteAsync(SessionHandle handle, long generation, RefreshIntent? before, RefreshIntent? next) =>
        store.NoteAsync(handle, generation, before, next);

    /// <inheritdoc cref="ISessionStore.TouchAsync"/>
    public Task TouchAsync(SessionHandle handle, DateTimeOffset seenBefore, DateTimeOffset seen, TimeSpan life) =>
        store.TouchAsync(handle, seenBefore, seen, life);

    /// <summary>
    /// Ends the record within <paramref name="grace"/>; one of which the store does not say that it does, as soon as it does after that. False when
    /// there is none, or it is retired already.
    /// </summary>
    public Task<bool> RetireAsync(SessionHandle handle, TimeSpan grace) => WriteAsync(
        handle,
        new(RememberedSession.AnyGeneration, null, clock.GetUtcNow() + grace),
        () => store.RetireAsync(handle, grace));

    /// <summary>True when there was something to delete.</summary>
    public async Task<bool> DeleteAsync(SessionHandle handle)
    {
        var interruptions = signals.Interruptions;
        var deleted = await store.DeleteAsync(handle);
        if (deleted)
        {
            writes.Remember(handle, new(RememberedSession.AnyGeneration, null, clock.GetUtcNow(), interruptions));
        }

        return deleted;
    }

    /// <summary>
    /// Ends this generation now or as soon as the store takes it; for this node it is over at once. False when there is a newer one, or none.
    /// </summary>
    public Task<bool> DeleteAsync(SessionHandle handle, long generation) => WriteAsync(
        handle,
        new(generation, null, clock.GetUtcNow()),
        () => store.DeleteAsync(handle, generation));

    private async Task<bool> WriteAsync(SessionHandle handle, RememberedSession session, Func<Task<bool>> write)
    {
        var interruptions = signals.Interruptions;
        try
        {
            if (!await write())
            {
                return false;
            }

            writes.Remember(handle, session with { InStoreAt = interruptions });
        }
        catch (StoreUnavailableException exception)
        {
            Log.NotWritten(logger, handle.Ref, exception.Message);
            writes.Remember(handle, session);
        }

        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(2301, LogLevel.Warning, "The newest state of session {SessionRef} is not in the store yet; this node goes by it, and tries again: {Reason}")]
        public static partial void NotWritten(ILogger logger, string sessionRef, string reason);
    }
}
