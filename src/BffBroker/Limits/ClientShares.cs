namespace BffBroker.Limits;

/// <summary>Something of which all clients together may have so much, and one client only a part.</summary>
internal sealed class ClientShares(long ofAll, long ofOneClient)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ClientNetwork, long> _taken = [];
    private long _takenByAll;

    /// <summary>Whether half of it is taken.</summary>
    public bool AreScarce => Volatile.Read(ref _takenByAll) >= ofAll / 2;

    /// <summary>False where that would be too much; nothing is taken then.</summary>
    public bool TryTake(ClientNetwork client, long amount)
    {
        lock (_gate)
        {
            var own = _taken.GetValueOrDefault(client) + amount;
            if (_takenByAll + amount > ofAll || own > ofOneClient)
            {
                return false;
            }

            _takenByAll += amount;
            _taken[client] = own;
            return true;
        }
    }

    public void Return(ClientNetwork client, long amount)
    {
        lock (_gate)
        {
            _takenByAll -= amount;
            var own = _taken[client] - amount;
            if (own == 0)
            {
                _ = _taken.Remove(client);
            }
            else
            {
                _taken[client] = own;
            }
        }
    }
}
