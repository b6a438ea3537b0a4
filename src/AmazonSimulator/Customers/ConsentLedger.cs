using System.Collections.Concurrent;

namespace AmazonSimulator;

/// <summary>What customers have agreed to: once per customer, client and scope.</summary>
internal sealed class ConsentLedger
{
    private readonly ConcurrentDictionary<(string Customer, string Client, string Scope), bool> _given = new();

    public bool Covers(SimulatedCustomer customer, AuthorizationRequest request) =>
        request.Scopes.All(scope => !KnownScopes.NeedsConsent(scope.Name) || _given.ContainsKey((customer.Id, request.ClientId, scope.Name)));

    public void Remember(SimulatedCustomer customer, string clientId, IEnumerable<string> scopes)
    {
        foreach (var scope in scopes)
        {
            _given[(customer.Id, clientId, scope)] = true;
        }
    }

    public void Forget(SimulatedCustomer customer)
    {
        foreach (var consent in _given.Keys.Where(consent => consent.Customer == customer.Id))
        {
            _given.TryRemove(consent, out _);
        }
    }

    public void Clear() => _given.Clear();
}
