using System.Collections.Concurrent;

namespace BffBroker.Sessions;

/// <summary>
/// Remembers for some seconds what sealed records were opened to, so that a page that asks ten times has its record opened once. Each of these
/// requests still reads the record from the store: one that is gone, or has changed by a single bit, is not found here.
/// </summary>
/// <remarks>
/// It holds tokens in clear, as every request does that is under way: no longer than twice <see cref="Turn"/>, and not more than twice <see cref="MostInATurn"/>.
/// </remarks>
internal sealed class OpenedRecords : IDisposable
{
    private const int MostInATurn = 2_000;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(10);

    private readonly ITimer _turns;
    private ConcurrentDictionary<SessionHandle, Opened> _current = new();
    private ConcurrentDictionary<SessionHandle, Opened> _previous = new();
    private int _added;

    public OpenedRecords(TimeProvider clock) => _turns = clock.CreateTimer(_ => BeginTurn(), null, Turn, Turn);

    /// <param name="handle">Of the key that was presented, and not of where the record was found: one that was copied there is another's.</param>
    public Session? Find(SessionHandle handle, StoredSession stored) =>
        (_current.TryGetValue(handle, out var opened) || _previous.TryGetValue(handle, out opened)) && opened.IsOf(stored) ? opened.Session : null;

    public void Add(SessionHandle handle, StoredSession stored, Session session)
    {
        // Where so many are hot, who came first stays: to make room again and again would cost more than it saves.
        if (_current.ContainsKey(handle) || Interlocked.Increment(ref _added) <= MostInATurn)
        {
            _current[handle] = new(stored.Format, stored.Generation, stored.Sealed, session);
        }
    }

    public void Dispose() => _turns.Dispose();

    private void BeginTurn()
    {
        _added = 0;
        _previous = Interlocked.Exchange(ref _current, new());
    }

    /// <summary>All that the seal covers: format and generation are its associated data.</summary>
    private sealed record Opened(int Format, long Generation, byte[] Sealed, Session Session)
    {
        public bool IsOf(StoredSession stored) =>
            stored.Format == Format && stored.Generation == Generation && stored.Sealed.AsSpan().SequenceEqual(Sealed);
    }
}
