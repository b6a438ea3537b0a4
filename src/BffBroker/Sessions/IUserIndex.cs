namespace BffBroker.Sessions;

/// <summary>
/// Where the store keeps which sessions each user has. Knows nothing of what is sealed in an entry. Each operation is atomic, may be repeated
/// when its outcome is unknown, and throws <see cref="StoreUnavailableException"/> when the store does not do it in time.
/// </summary>
internal interface IUserIndex
{
    /// <summary>Adds an entry unless there is one, and keeps the whole index for <paramref name="life"/> at least.</summary>
    Task AddAsync(UserHandle user, SessionHandle session, byte[] entry, TimeSpan life);

    Task<IReadOnlyDictionary<SessionHandle, byte[]>> LoadAsync(UserHandle user);

    Task RemoveAsync(UserHandle user, IReadOnlyCollection<SessionHandle> sessions);

    /// <summary>Every user with an index; one that is made meanwhile may be left out.</summary>
    IAsyncEnumerable<UserHandle> AllAsync(CancellationToken cancellationToken);
}
