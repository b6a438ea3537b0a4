namespace BffBroker.Sessions;

/// <summary>
/// The sessions of each user, by the user's handle. An entry is written before its record and removed after it: so every record has one, and an
/// entry without a record is one of a login under way or of a session that has ended.
/// </summary>
internal sealed partial class SessionIndex(IUserIndex index, KeyRing keyRing, UserHandleOf handleOf, TimeProvider clock, ILogger<SessionIndex> logger)
{
    // Longer than any login takes between its entry and its record.
    private static readonly TimeSpan LoginUnderWay = TimeSpan.FromSeconds(60);

    public UserHandle HandleOf(string userId) => handleOf(userId);

    /// <summary>Changes nothing where there is an entry.</summary>
    public Task AddAsync(SessionHandle session, Session content, string? browser = null)
    {
        var user = handleOf(content.User.UserId);
        var entry = new IndexEntry(content.CreatedAt, content.UserAgent, browser).ToBytes(user, session);
        return index.AddAsync(user, session, keyRing.SealIndexEntry(entry), content.ExpiresAt - clock.GetUtcNow());
    }

    /// <summary>Null for an entry that does not open: then only its session's handle is known.</summary>
    public async Task<IReadOnlyDictionary<SessionHandle, IndexEntry?>> LoadAsync(UserHandle user)
    {
        var entries = new Dictionary<SessionHandle, IndexEntry?>();
        foreach (var (session, content) in await index.LoadAsync(user))
        {
            entries[session] = await keyRing.OpenIndexEntryAsync(content) is { } opened ? IndexEntry.FromBytes(opened, user, session) : null;
        }

        return entries;
    }

    public async Task<IReadOnlyCollection<SessionHandle>> SessionsOfAsync(UserHandle user) => [.. (await index.LoadAsync(user)).Keys];

    public IAsyncEnumerable<UserHandle> UsersAsync(CancellationToken cancellationToken) => index.AllAsync(cancellationToken);

    public Task RemoveAsync(UserHandle user, SessionHandle session) => index.RemoveAsync(user, [session]);

    /// <summary>Removes those of these entries that have no record and are too old to be of a login under way. What fails is done another time.</summary>
    public async Task SweepAsync(UserHandle user, IEnumerable<KeyValuePair<SessionHandle, IndexEntry?>> withoutRecord)
    {
        var before = clock.GetUtcNow() - LoginUnderWay;
        List<SessionHandle> dead = [.. withoutRecord.Where(entry => entry.Value?.CreatedAt < before).Select(entry => entry.Key)];
        if (dead.Count > 0)
        {
            await TryAsync(() => index.RemoveAsync(user, dead));
        }
    }

    /// <summary>The same for one whose record has just been ended.</summary>
    public Task TryRemoveAsync(Session session, SessionHandle handle) => TryAsync(() => RemoveAsync(handleOf(session.User.UserId), handle));

    private async Task TryAsync(Func<Task> change)
    {
        try
        {
            await change();
        }
        catch (StoreUnavailableException exception)
        {
            Log.NotChanged(logger, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2501, LogLevel.Debug, "The index of a user's sessions could not be brought up to date; it is tried again at the next occasion: {Reason}")]
        public static partial void NotChanged(ILogger logger, string reason);
    }
}
