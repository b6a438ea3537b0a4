using Microsoft.Extensions.Options;

namespace BffBroker.Sessions;

/// <summary>All sessions of a user, over all browsers: listed, ended one by one or together, and no more than <c>Session:PerUser</c>.</summary>
internal sealed partial class UserSessions(
    SessionVault vault, SessionIndex index, SessionEnding ending, IOptions<SessionOptions> options, ILogger<UserSessions> logger)
{
    private static readonly ParallelOptions SomeAtOnce = new() { MaxDegreeOfParallelism = 16 };

    private readonly int _perUser = options.Value.PerUser;

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<LiveSession>> ListAsync(string userId)
    {
        var user = index.HandleOf(userId);
        var entries = await index.LoadAsync(user);
        var found = await Task.WhenAll(entries.Select(async entry => (Entry: entry, Found: await vault.LookAtAsync(entry.Key))));

        await index.SweepAsync(user, found.Where(session => !session.Found.HasRecord).Select(session => session.Entry));
        return
        [
            .. from session in found
               where session is { Found.LastSeenAt: not null, Entry.Value: not null }
               let entry = session.Entry.Value!
               let live = new LiveSession(session.Entry.Key, entry.CreatedAt, session.Found.LastSeenAt!.Value, entry.UserAgent, entry.Browser)
               orderby live.CreatedAt descending, live.Handle.Value
               select live,
        ];
    }

    /// <summary>False when the user has no such live session.</summary>
    public async Task<bool> EndAsync(string userId, SessionHandle session, string reason)
    {
        var user = index.HandleOf(userId);
        if ((await index.LoadAsync(user)).GetValueOrDefault(session) is null || (await vault.LookAtAsync(session)).LastSeenAt is null)
        {
            return false;
        }

        await ending.EndAsync(user, session, reason);
        return true;
    }

    /// <summary>All but this one; those too whose login is just under way. Repeat it when it fails: what has been ended stays so.</summary>
    public async Task EndOthersAsync(OpenSession kept, string reason)
    {
        var user = index.HandleOf(kept.Session.User.UserId);
        await EndAsync(user, (await index.SessionsOfAsync(user)).Where(session => session != kept.Handle), reason);
    }

    /// <summary>The others first, so that the owner of <paramref name="last"/> can try again.</summary>
    public async Task EndAllAsync(OpenSession last, string reason)
    {
        await EndOthersAsync(last, reason);
        await ending.EndAsync(last, reason);
    }

    public async Task EndAllAsync(string userId, string reason)
    {
        var user = index.HandleOf(userId);
        await EndAsync(user, await index.SessionsOfAsync(user), reason);
    }

    /// <summary>Of everybody. The users first, for logins under way; then records whose entry a failover has lost.</summary>
    public async Task EndEverybodyAsync(string reason, CancellationToken cancellationToken)
    {
        await foreach (var user in index.UsersAsync(cancellationToken))
        {
            await EndAsync(user, await index.SessionsOfAsync(user), reason);
        }

        await Parallel.ForEachAsync(vault.AllAsync(cancellationToken), SomeAtOnce, async (session, _) => await ending.EndAsync(session, reason));
    }

    /// <summary>Ends the oldest sessions beyond the limit. A login does not fail for it: the next one makes up for it.</summary>
    public async Task EvictAsync(OpenSession newest)
    {
        try
        {
            var userId = newest.Session.User.UserId;
            var user = index.HandleOf(userId);
            if ((await index.SessionsOfAsync(user)).Count <= _perUser)
            {
                return;
            }

            // Of logins that finish together each sees the others': so each goes by the same order, and not all of them end each other's. Those of
            // the same browser count as one.
            var sessions = await ListAsync(userId);
            var own = sessions.FirstOrDefault(session => session.Handle == newest.Handle);
            foreach (var session in sessions.Where(session => session == own || own?.MayStandFor(session) != true).Skip(_perUser).Where(session => session != own))
            {
                await ending.EndAsync(user, session.Handle, SessionEndReason.Evicted);
            }
        }
        catch (StoreUnavailableException exception)
        {
            Log.NotEvicted(logger, newest.Handle.Ref, exception.Message);
        }
    }

    private Task EndAsync(UserHandle user, IEnumerable<SessionHandle> sessions, string reason) =>
        Parallel.ForEachAsync(sessions, SomeAtOnce, async (session, _) => await ending.EndAsync(user, session, reason));

    private static partial class Log
    {
        [LoggerMessage(2502, LogLevel.Warning, "Whether the user of session {SessionRef} has too many could not be found out; the next login tries again: {Reason}")]
        public static partial void NotEvicted(ILogger logger, string sessionRef, string reason);
    }
}
