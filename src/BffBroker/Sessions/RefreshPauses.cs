using System.Collections.Concurrent;

namespace BffBroker.Sessions;

/// <summary>When a refresh ahead of time has failed, nobody is in a hurry: this node leaves it for a while, and longer each time. Bounded.</summary>
internal sealed class RefreshPauses(TimeProvider clock)
{
    private const int Capacity = 10_000;

    private readonly ConcurrentDictionary<SessionHandle, (int Failures, DateTimeOffset Until)> _pauses = new();

    public bool IsPaused(SessionHandle handle) => _pauses.TryGetValue(handle, out var pause) && clock.GetUtcNow() < pause.Until;

    /// <param name="atLeast">What Amazon asked for, or how long trying again is of no use.</param>
    public void Failed(SessionHandle handle, TimeSpan atLeast)
    {
        if (_pauses.Count >= Capacity)
        {
            _pauses.Clear();
        }

        _ = _pauses.AddOrUpdate(handle, _ => Pause(1), (_, before) => Pause(before.Failures + 1));

        (int, DateTimeOffset) Pause(int failures)
        {
            var pause = RefreshIntent.Pause(failures) * (1 + handle.Spread);
            return (failures, clock.GetUtcNow() + (pause > atLeast ? pause : atLeast));
        }
    }

    public void Succeeded(SessionHandle handle) => _pauses.TryRemove(handle, out _);
}
