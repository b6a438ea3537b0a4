namespace BffBroker.Sessions;

/// <summary>Sessions of one process, for Development: gone when it ends.</summary>
internal sealed class InMemorySessionStore(TimeProvider clock) : ISessionStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SessionHandle, Entry> _entries = [];

    public Task CreateAsync(SessionHandle handle, StoredSession record, TimeSpan life)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            foreach (var dead in _entries.Where(entry => entry.Value.End <= now).Select(entry => entry.Key).ToList())
            {
                _ = _entries.Remove(dead);
            }

            _entries[handle] = new(record, now + life);
        }

        return Task.CompletedTask;
    }

    public Task<StoredSession?> LoadAsync(SessionHandle handle)
    {
        lock (_gate)
        {
            return Task.FromResult(Living(handle)?.Record);
        }
    }

    public Task<bool> SaveAsync(SessionHandle handle, long from, long generation, byte[] sealedSession) => ChangeAsync(
        handle,
        entry => entry.Record.Generation == from || (entry.Record.Generation == generation && entry.Record.Sealed.AsSpan().SequenceEqual(sealedSession)),
        entry => entry with { Record = entry.Record with { Format = StoredSession.CurrentFormat, Generation = generation, Sealed = sealedSession, Intent = null } });

    public Task<bool> NoteAsync(SessionHandle handle, long generation, RefreshIntent? before, RefreshIntent? next) => ChangeAsync(
        handle,
        entry => entry.Record.Generation == generation && (entry.Record.Intent == before || (next is not null && entry.Record.Intent == next)),
        entry => entry with { Record = entry.Record with { Intent = next } });

    public Task TouchAsync(SessionHandle handle, DateTimeOffset seenBefore, DateTimeOffset seen, TimeSpan life) =>
        ChangeAsync(handle, entry => entry.Record.Seen == seenBefore, entry => entry with
        {
            Record = entry.Record with { Seen = seen },
            End = clock.GetUtcNow() + life,
        });

    public Task<bool> RetireAsync(SessionHandle handle, TimeSpan grace)
    {
        var end = clock.GetUtcNow() + grace;
        return ChangeAsync(handle, entry => entry.Record.Seen < StoredSession.Retired, entry => entry with
        {
            Record = entry.Record with { Seen = StoredSession.Retired },
            End = entry.End < end ? entry.End : end,
        });
    }

    public Task<bool> DeleteAsync(SessionHandle handle) => ChangeAsync(handle, _ => true, _ => null);

    public Task<bool> DeleteAsync(SessionHandle handle, long generation) =>
        ChangeAsync(handle, entry => entry.Record.Generation == generation, _ => null);

    public IAsyncEnumerable<SessionHandle> AllAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _entries.Keys.ToList().ToAsyncEnumerable();
        }
    }

    private Task<bool> ChangeAsync(SessionHandle handle, Func<Entry, bool> condition, Func<Entry, Entry?> change)
    {
        lock (_gate)
        {
            if (Living(handle) is not { } entry || !condition(entry))
            {
                return Task.FromResult(false);
            }

            if (change(entry) is { } changed)
            {
                _entries[handle] = changed;
            }
            else
            {
                _ = _entries.Remove(handle);
            }

            return Task.FromResult(true);
        }
    }

    private Entry? Living(SessionHandle handle) =>
        _entries.TryGetValue(handle, out var entry) && entry.End > clock.GetUtcNow() ? entry : null;

    private sealed record Entry(StoredSession Record, DateTimeOffset End);
}
