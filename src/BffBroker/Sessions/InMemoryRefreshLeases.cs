using System.Collections.Concurrent;

namespace BffBroker.Sessions;

/// <summary>Leases of one process, for Development.</summary>
internal sealed class InMemoryRefreshLeases : IRefreshLeases
{
    private readonly ConcurrentDictionary<SessionHandle, Lease> _held = new();
    private readonly ReleaseHints _hints = new();

    public Task<IAsyncDisposable?> TryAcquireAsync(SessionHandle handle)
    {
        var lease = new Lease(this, handle);
        return Task.FromResult<IAsyncDisposable?>(_held.TryAdd(handle, lease) ? lease : null);
    }

    public ReleaseHints.Watch Watch(SessionHandle handle) => _hints.Of(handle);

    private sealed class Lease(InMemoryRefreshLeases leases, SessionHandle handle) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            _ = leases._held.TryRemove(handle, out _);
            leases._hints.Hint(handle);
            return ValueTask.CompletedTask;
        }
    }
}
