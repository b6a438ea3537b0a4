using BffBroker.OAuth;
using BffBroker.Telemetry;
using Microsoft.Extensions.Options;

namespace BffBroker.Sessions;

/// <summary>The sessions: found by their key, saved after a refresh. <see cref="SessionBeginning"/> makes them, <see cref="SessionEnding"/> ends them.</summary>
internal sealed partial class SessionVault(
    RememberingStore store,
    SessionIndex index,
    SessionSeal seal,
    OpenedRecords opened,
    IOptions<SessionOptions> options,
    BrokerMeter meter,
    TimeProvider clock,
    ILogger<SessionVault> logger)
{
    private readonly TimeSpan _idleTimeout = options.Value.IdleTimeout;

    /// <summary>One round trip to the store, and no write but the idle touch, at most once per tenth of the idle timeout.</summary>
    /// <param name="touch">False: the read does not count as use, and never writes.</param>
    public async Task<SessionLookup> FindAsync(CookieSecret key, bool touch = true)
    {
        var handle = SessionHandle.Of(key);
        var now = clock.GetUtcNow();
        if (await store.LoadAsync(handle) is not { } stored || now - stored.Seen >= _idleTimeout)
        {
            return new SessionLookup.Missing();
        }

        if (await OpenAsync(handle, stored, key) is not { } session)
        {
            meter.RecordUnreadable();
            LogUnreadable(handle, stored);
            return new SessionLookup.Unreadable();
        }

        if (session.ExpiresAt <= now)
        {
            return new SessionLookup.Missing();
        }

        var isTouched = touch && now - stored.Seen > _idleTimeout / 10 && await TouchAsync(handle, stored.Seen, now, session);
        var idleExpiresAt = IdleEnd(isTouched ? now : stored.Seen, session);
        return new SessionLookup.Found(new(key, handle, stored.Generation, session, stored.Intent, idleExpiresAt));
    }

    /// <summary>The same, for the session's own browser alone.</summary>
    public async Task<SessionLookup> FindAsync(SessionSecrets secrets, bool touch = true) => await FindAsync(secrets.Key, touch) switch
    {
        SessionLookup.Found(var session) when !session.Session.IsBoundTo(secrets.Bind) => new SessionLookup.Unbound(),
        var lookup => lookup,
    };

    /// <summary>
    /// Saves the next generation of a session that was read. A store that does not take it now gets it later, and this node goes by it at once.
    /// Null when the session has ended, or another has saved since it was read.
    /// </summary>
    public async Task<OpenSession?> SaveAsync(OpenSession read, Session changed)
    {
        var next = read with { Generation = read.Generation + 1, Session = changed, Intent = null };
        return await store.SaveAsync(next.Handle, next.Generation, seal.Seal(changed, next.Key, next.Generation)) ? next : null;
    }

    /// <summary>Notes what is going on with the refresh token of <paramref name="read"/>. False when the session has ended, or another node is at it.</summary>
    public Task<bool> NoteAsync(OpenSession read, RefreshIntent? intent) => store.NoteAsync(read.Handle, read.Generation, read.Intent, intent);

    /// <summary>Of a session whose key is not at hand: whether there is a record, and when it was last seen; null when it is over, or about to be.</summary>
    public async Task<(bool HasRecord, DateTimeOffset? LastSeenAt)> LookAtAsync(SessionHandle handle)
    {
        var now = clock.GetUtcNow();
        return await store.LoadAsync(handle) is { } stored
            ? (true, stored.Seen < StoredSession.Retired && now - stored.Seen < _idleTimeout ? stored.Seen : null)
            : (false, null);
    }

    /// <summary>Every record there is; one that is made meanwhile may be left out.</summary>
    public IAsyncEnumerable<SessionHandle> AllAsync(CancellationToken cancellationToken) => store.AllAsync(cancellationToken);

    private async ValueTask<Session?> OpenAsync(SessionHandle handle, StoredSession stored, CookieSecret key)
    {
        if (opened.Find(handle, stored) is { } known)
        {
            return known;
        }

        var session = await seal.OpenAsync(stored, key);
        if (session is not null)
        {
            opened.Add(handle, stored, session);
        }

        return session;
    }

    private void LogUnreadable(SessionHandle handle, StoredSession stored)
    {
        if (stored.IsOfKnownFormat || stored.Format == StoredSession.Corrupt)
        {
            Log.Unreadable(logger, handle.Ref);
        }
        else
        {
            Log.OfAnotherVersion(logger, handle.Ref, stored.Format);
        }
    }

    private DateTimeOffset? IdleEnd(DateTimeOffset seen, Session session) =>
        seen >= StoredSession.Retired ? null : seen + session.RecordLife(_idleTimeout, seen);

    // What only reads must work on a store that takes no writes. An entry that a failover has lost is put back on this occasion.
    private async Task<bool> TouchAsync(SessionHandle handle, DateTimeOffset seenBefore, DateTimeOffset now, Session session)
    {
        var isTouched = false;
        try
        {
            await store.TouchAsync(handle, seenBefore, now, session.RecordLife(_idleTimeout, now));
            isTouched = true;
            await index.AddAsync(handle, session);
        }
        catch (StoreUnavailableException exception)
        {
            Log.TouchFailed(logger, handle.Ref, exception.Message);
        }

        return isTouched;
    }

    private static partial class Log
    {
        [LoggerMessage(2003, LogLevel.Error, "The record of session {SessionRef} does not open and is kept. Was the key ring or its certificate lost, or the record changed by another hand? Its user can log in again")]
        public static partial void Unreadable(ILogger logger, string sessionRef);

        [LoggerMessage(2005, LogLevel.Error, "The record of session {SessionRef} is of format {Format}, which this version of the broker does not know, and is kept: a newer version wrote it, and serves it. Finish the upgrade; see docs/operations.md")]
        public static partial void OfAnotherVersion(ILogger logger, string sessionRef, int format);

        [LoggerMessage(2004, LogLevel.Debug, "The idle time of session {SessionRef} could not be pushed out; the next request tries again: {Reason}")]
        public static partial void TouchFailed(ILogger logger, string sessionRef, string reason);
    }
}
