using System.Collections.Concurrent;

namespace AmazonSimulator;

/// <summary>Numbers the grants and knows up to which number each customer has revoked.</summary>
internal sealed class GrantLedger
{
    private readonly ConcurrentDictionary<string, long> _revokedUpTo = new();
    private long _last;

    public Grant Create(SimulatedCustomer customer, SimulatedClient client, IReadOnlyList<string> scopes) =>
        new(Interlocked.Increment(ref _last), customer, client, scopes);

    public void Revoke(SimulatedCustomer customer) => _revokedUpTo[customer.Id] = Interlocked.Read(ref _last);

    public bool IsAlive(Grant grant) => !grant.IsKilled && !IsRevoked(grant);

    public bool IsRevoked(Grant grant) => grant.Number <= _revokedUpTo.GetValueOrDefault(grant.Customer.Id);
}
