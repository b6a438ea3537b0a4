namespace BffBroker.Sessions;

/// <summary>
/// Where session records live. Knows nothing of what is sealed in them. Each operation is atomic, and may be repeated when its outcome is
/// unknown; each throws <see cref="StoreUnavailableException"/> when the store does not do it in time.
/// </summary>
internal interface ISessionStore
{
    Task CreateAsync(SessionHandle handle, StoredSession record, TimeSpan life);

    Task<StoredSession?> LoadAsync(SessionHandle handle);

    /// <summary>
    /// Takes the next generation if the record exists and has generation <paramref name="from"/>. False otherwise: a session that was ended
    /// stays so, and of two writers the first wins. Writes the current format, wipes out the intent, and leaves <c>seen</c> and the record's life as they are.
    /// </summary>
    Task<bool> SaveAsync(SessionHandle handle, long from, long generation, byte[] sealedSession);

    /// <summary>
    /// Puts <paramref name="next"/> in the place of <paramref name="before"/> if the record has generation <paramref name="generation"/> and
    /// still that intent. False otherwise: another node is at it, or has done it.
    /// </summary>
    Task<bool> NoteAsync(SessionHandle handle, long generation, RefreshIntent? before, RefreshIntent? next);

    /// <summary>Pushes the end of the record out to <paramref name="life"/> from now, unless somebody else has since <paramref name="seenBefore"/>.</summary>
    Task TouchAsync(SessionHandle handle, DateTimeOffset seenBefore, DateTimeOffset seen, TimeSpan life);

    /// <summary>Ends the record within <paramref name="grace"/>, for good: no touch pushes it out again. False when there is none, or it is retired already.</summary>
    Task<bool> RetireAsync(SessionHandle handle, TimeSpan grace);

    /// <summary>True when there was something to delete.</summary>
    Task<bool> DeleteAsync(SessionHandle handle);

    /// <summary>Deletes the record only while it has this generation.</summary>
    Task<bool> DeleteAsync(SessionHandle handle, long generation);

    /// <summary>Every record there is; one that is made meanwhile may be left out.</summary>
    IAsyncEnumerable<SessionHandle> AllAsync(CancellationToken cancellationToken);
}
