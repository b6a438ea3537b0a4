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
    /// <param name="client">Null for what no one client asks for: only the limit of all counts.</param>
    public bool TryTake(ClientNetwork? client, long amount)
    {
        lock (_gate)
        {
            var own = client is { } one ? _taken.GetValueOrDefault(one) + amount : 0;
            if (_takenByAll + amount > ofAll || own > ofOneClient)
            {
                return false;
            }

            _takenByAll += amount;
            if (client is { } taker)
            {
                _taken[taker] = own;
            }

            return true;
        }
    }

    public void Return(ClientNetwork? client, long amount)
    {
        lock (_gate)
        {
            _takenByAll -= amount;
            if (client is not { } taker)
            {
                return;
            }

            var own = _taken[taker] - amount;
            if (own == 0)
            {
                _ = _taken.Remove(taker);
            }
            else
            {
                _taken[taker] = own;
            }
        }
    }
}
