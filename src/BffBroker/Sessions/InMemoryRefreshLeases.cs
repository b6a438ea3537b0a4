using System.Collections.Concurrent;

namespace BffBroker.Sessions;

/// <summary>Leases of one process, for Development.</summary>
internal sealed class InMemoryRefreshLeases : IRefreshLeases
{
    private readonly ConcurrentDictionary<SessionHandle, Lease> _held = new();

    public Task<IAsyncDisposable?> TryAcquireAsync(SessionHandle handle)
    {
        var lease = new Lease(_held, handle);
        return Task.FromResult<IAsyncDisposable?>(_held.TryAdd(handle, lease) ? lease : null);
    }

    private sealed class Lease(ConcurrentDictionary<SessionHandle, Lease> held, SessionHandle handle) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            _ = held.TryRemove(handle, out _);
            return ValueTask.CompletedTask;
        }
    }
}
