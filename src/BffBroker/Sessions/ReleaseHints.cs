namespace BffBroker.Sessions;

/// <summary>
/// Wakes those who wait for a session's lease. A hint may be lost, or wake somebody for nothing: whoever waits looks again after a while anyway.
/// </summary>
internal sealed class ReleaseHints
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SessionHandle, HashSet<Watch>> _watches = [];

    /// <summary>Begun before the lease is tried, so that no release falls between.</summary>
    public Watch Of(SessionHandle handle)
    {
        var watch = new Watch(this, handle);
        lock (_gate)
        {
            if (!_watches.TryGetValue(handle, out var watches))
            {
                _watches.Add(handle, watches = []);
            }

            _ = watches.Add(watch);
        }

        return watch;
    }

    public void Hint(SessionHandle handle)
    {
        Watch[] watches;
        lock (_gate)
        {
            watches = _watches.TryGetValue(handle, out var found) ? [.. found] : [];
        }

        foreach (var watch in watches)
        {
            watch.Wake();
        }
    }

    private void Remove(Watch watch)
    {
        lock (_gate)
        {
            if (_watches.TryGetValue(watch.Handle, out var watches) && watches.Remove(watch) && watches.Count == 0)
            {
                _ = _watches.Remove(watch.Handle);
            }
        }
    }

    /// <summary>One who waits.</summary>
    internal sealed class Watch(ReleaseHints hints, SessionHandle handle) : IDisposable
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SessionHandle Handle { get; } = handle;

        /// <summary>Ends when the lease was released, as far as is known here.</summary>
        public Task Released => _released.Task;

        public void Wake() => _released.TrySetResult();

        public void Dispose() => hints.Remove(this);
    }
}
