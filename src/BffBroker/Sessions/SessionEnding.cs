using BffBroker.Telemetry;

namespace BffBroker.Sessions;

/// <summary>Ends sessions, each for good, and says so once with the reason.</summary>
internal sealed partial class SessionEnding(
    RememberingStore store, SessionIndex index, BrokerMeter meter, ILogger<SessionEnding> logger)
{
    private static readonly TimeSpan ReplacedSessionGrace = TimeSpan.FromSeconds(10);

    /// <summary>On this node, and for good: answers under way end with it. A session that was replaced is not among them.</summary>
    public event Action<SessionHandle>? Ended;

    /// <summary>By its handle alone: works on a record that does not open. Its entry in the index is swept later.</summary>
    public async Task EndAsync(SessionHandle handle, string reason)
    {
        if (await store.DeleteAsync(handle))
        {
            Over(handle, reason);
        }
    }

    /// <summary>
    /// The record, then the entry, then the record again: a login that is under way has either seen that its entry is gone, or has written its
    /// record before.
    /// </summary>
    public async Task EndAsync(UserHandle user, SessionHandle handle, string reason)
    {
        await EndAsync(handle, reason);
        try
        {
            await index.RemoveAsync(user, handle);
            await EndAsync(handle, reason);
        }
        catch (StoreUnavailableException)
        {
            // The entry may be gone: who tries again does not find the session of that login any more.
            store.Abandon(handle);
            throw;
        }
    }

    public Task EndAsync(OpenSession session, string reason) => EndAsync(index.HandleOf(session.Session.User.UserId), session.Handle, reason);

    /// <summary>Ends a session only in the generation that was read: whoever has saved a newer one knows better.</summary>
    public async Task<bool> EndGenerationAsync(OpenSession session, string reason)
    {
        var ended = await store.DeleteAsync(session.Handle, session.Generation);
        if (ended)
        {
            Over(session.Handle, reason);
            await index.TryRemoveAsync(session.Session, session.Handle);
        }

        return ended;
    }

    /// <summary>Now, or as soon as the store does it; for this node it is over at once.</summary>
    public async Task EndSurelyAsync(SessionHandle handle, string reason)
    {
        try
        {
            await EndAsync(handle, reason);
        }
        catch (StoreUnavailableException)
        {
            store.Abandon(handle);
            Over(handle, reason);
        }
    }

    /// <summary>The same user has logged in anew: answers under way with the old cookie may finish, then it is over.</summary>
    public async Task RetireAsync(SessionHandle handle)
    {
        if (await store.RetireAsync(handle, ReplacedSessionGrace))
        {
            Tell(handle, SessionEndReason.ReplacedByLogin);
        }
    }

    private void Over(SessionHandle handle, string reason)
    {
        Tell(handle, reason);
        Ended?.Invoke(handle);
    }

    private void Tell(SessionHandle handle, string reason)
    {
        meter.SessionEnded(reason);
        Log.Ended(logger, handle.Ref, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(2002, LogLevel.Information, "Session {SessionRef} ended: {Reason}")]
        public static partial void Ended(ILogger logger, string sessionRef, string reason);
    }
}
