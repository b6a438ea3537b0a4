using System.Collections.Concurrent;
using BffBroker.Sessions;

namespace BffBroker.Tests.Resilience;

/// <summary>A store that can be told to take no writes; every other one of those it refuses it does all the same, and nobody learns of it.</summary>
internal sealed class ModelStore(TimeProvider clock) : ISessionStore
{
    private readonly InMemorySessionStore _store = new(clock);
    private int _refused;

    public bool TakesWrites { get; set; } = true;

    public Task<StoredSession?> LoadAsync(SessionHandle handle) => _store.LoadAsync(handle);

    public Task CreateAsync(SessionHandle handle, StoredSession record, TimeSpan life) => _store.CreateAsync(handle, record, life);

    public Task TouchAsync(SessionHandle handle, DateTimeOffset seenBefore, DateTimeOffset seen, TimeSpan life) => _store.TouchAsync(handle, seenBefore, seen, life);

    public Task<bool> SaveAsync(SessionHandle handle, long from, long generation, byte[] sealedSession) =>
        WriteAsync(() => _store.SaveAsync(handle, from, generation, sealedSession));

    public Task<bool> NoteAsync(SessionHandle handle, long generation, RefreshIntent? before, RefreshIntent? next) =>
        WriteAsync(() => _store.NoteAsync(handle, generation, before, next));

    public Task<bool> RetireAsync(SessionHandle handle, TimeSpan grace) => WriteAsync(() => _store.RetireAsync(handle, grace));

    public Task<bool> DeleteAsync(SessionHandle handle) => WriteAsync(() => _store.DeleteAsync(handle));

    public Task<bool> DeleteAsync(SessionHandle handle, long generation) => WriteAsync(() => _store.DeleteAsync(handle, generation));

    public IAsyncEnumerable<SessionHandle> AllAsync(CancellationToken cancellationToken) => _store.AllAsync(cancellationToken);

    private async Task<bool> WriteAsync(Func<Task<bool>> write)
    {
        if (TakesWrites)
        {
            return await write();
        }

        if (Interlocked.Increment(ref _refused) % 2 == 0)
        {
            _ = await write();
        }

        throw new StoreUnavailableException("No writes.") { IsOutcomeUnknown = true };
    }
}

/// <summary>Leases that can be lost, as to a node that was stopped for too long.</summary>
internal sealed class ModelLeases : IRefreshLeases
{
    private readonly ConcurrentDictionary<SessionHandle, Lease> _held = new();
    private readonly ReleaseHints _hints = new();

    public ReleaseHints.Watch Watch(SessionHandle handle) => _hints.Of(handle);

    public Task<IAsyncDisposable?> TryAcquireAsync(SessionHandle handle)
    {
        var lease = new Lease(() => _hints.Hint(handle), self => _held.TryRemove(new(handle, self)));
        return Task.FromResult<IAsyncDisposable?>(_held.TryAdd(handle, lease) ? lease : null);
    }

    public void Lose(SessionHandle handle) => _held.TryRemove(handle, out _);

    private sealed class Lease(Action hint, Func<Lease, bool> release) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            _ = release(this);
            hint();
            return ValueTask.CompletedTask;
        }
    }
}
