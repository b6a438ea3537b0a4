using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>Used <c>state</c> values of one process, for Development.</summary>
internal sealed class InMemoryUsedStates(TimeProvider clock) : IUsedStates
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _marks = [];

    public Task<bool> TryMarkAsync(LoginState state)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            foreach (var old in _marks.Where(mark => mark.Value <= now).Select(mark => mark.Key).ToList())
            {
                _ = _marks.Remove(old);
            }

            return Task.FromResult(_marks.TryAdd(Convert.ToHexString(state.Nonce), now + LoginStates.Remembered));
        }
    }
}
