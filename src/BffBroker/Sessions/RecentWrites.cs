using System.Collections.Concurrent;

namespace BffBroker.Sessions;

/// <summary>What this node wrote in the last minute, and what it has yet to write. Bounded; what is yet to be written is not given up.</summary>
internal sealed class RecentWrites(StoreSignals signals, TimeProvider clock)
{
    private const int Capacity = 10_000;
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<SessionHandle, RememberedSession> _sessions = new();
    private readonly ConcurrentQueue<(SessionHandle Handle, RememberedSession Session)> _byAge = new();

    public bool HasUnwritten => _sessions.Values.Any(session => session.InStoreAt is null);

    /// <summary>
    /// What the store may lack: it never took it, or there was an interruption since, in which a replica that lags behind may have taken over. First
    /// what it never took.
    /// </summary>
    public IReadOnlyList<KeyValuePair<SessionHandle, RememberedSession>> Doubtful
    {
        get
        {
            Forget();
            var (interruptions, now) = (signals.Interruptions, clock.GetUtcNow());
            return [.. _sessions.Where(entry => (entry.Value.InStoreAt ?? -1) < interruptions && entry.Value.Since <= now).OrderBy(entry => entry.Value.InStoreAt ?? -1)];
        }
    }

    public RememberedSession? Find(SessionHandle handle) => _sessions.GetValueOrDefault(handle);

    public void Remember(SessionHandle handle, RememberedSession session)
    {
        var latest = _sessions.AddOrUpdate(handle, session, (_, before) => before.Latest(session));
        if (latest == session)
        {
            _byAge.Enqueue((handle, session));
            Forget();
        }
    }

    /// <summary>Takes what is known by now in the place of <paramref name="before"/>, unless something newer was written meanwhile.</summary>
    public void Update(SessionHandle handle, RememberedSession before, RememberedSession known)
    {
        if (known != before && _sessions.TryUpdate(handle, known, before))
        {
            _byAge.Enqueue((handle, known));
        }
    }

    /// <summary>The store knows better.</summary>
    public void Forget(SessionHandle handle, RememberedSession session) => _sessions.TryRemove(new(handle, session));

    private void Forget()
    {
        var since = clock.GetUtcNow() - Kept;
        while (_byAge.TryPeek(out var oldest) && (oldest.Session.Since < since || _byAge.Count > Capacity) && _byAge.TryDequeue(out oldest))
        {
            if (oldest.Session.InStoreAt is not null)
            {
                Forget(oldest.Handle, oldest.Session);
            }
        }
    }
}
