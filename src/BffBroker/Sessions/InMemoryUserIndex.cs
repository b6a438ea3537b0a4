namespace BffBroker.Sessions;

/// <summary>The sessions of each user of one process, for Development.</summary>
internal sealed class InMemoryUserIndex(TimeProvider clock) : IUserIndex
{
    private static readonly IReadOnlyDictionary<SessionHandle, byte[]> Nothing = new Dictionary<SessionHandle, byte[]>();

    private readonly Lock _gate = new();
    private readonly Dictionary<UserHandle, Index> _users = [];

    public Task AddAsync(UserHandle user, SessionHandle session, byte[] entry, TimeSpan life)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            foreach (var dead in _users.Where(index => index.Value.End <= now).Select(index => index.Key).ToList())
            {
                _ = _users.Remove(dead);
            }

            var before = _users.GetValueOrDefault(user) ?? new([], now);
            _ = before.Entries.TryAdd(session, entry);
            _users[user] = before with { End = before.End > now + life ? before.End : now + life };
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyDictionary<SessionHandle, byte[]>> LoadAsync(UserHandle user)
    {
        lock (_gate)
        {
            return Task.FromResult(_users.TryGetValue(user, out var index) && index.End > clock.GetUtcNow() ? index.Entries.ToDictionary() : Nothing);
        }
    }

    public Task RemoveAsync(UserHandle user, IReadOnlyCollection<SessionHandle> sessions)
    {
        lock (_gate)
        {
            if (_users.TryGetValue(user, out var index))
            {
                foreach (var session in sessions)
                {
                    _ = index.Entries.Remove(session);
                }
            }
        }

        return Task.CompletedTask;
    }

    public IAsyncEnumerable<UserHandle> AllAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _users.Keys.ToList().ToAsyncEnumerable();
        }
    }

    private sealed record Index(Dictionary<SessionHandle, byte[]> Entries, DateTimeOffset End);
}
