namespace AmazonSimulator;

/// <summary>What one login gave: everything issued from its code belongs to it and dies with it.</summary>
internal sealed class Grant(long number, SimulatedCustomer customer, SimulatedClient client, IReadOnlyList<string> scopes)
{
    private volatile bool _killed;

    /// <summary>Counts up, so that a revocation can say "everything until now".</summary>
    public long Number => number;

    public SimulatedCustomer Customer => customer;

    public string ClientId { get; } = client.Id;

    public string AppId { get; } = client.AppId;

    public string UserId { get; } = customer.UserIdFor(client.Company);

    public IReadOnlyList<string> Scopes => scopes;

    public bool IsKilled => _killed;

    /// <summary>Reuse of something that may be used once: all of this grant's tokens are taken back, whatever the settings.</summary>
    public void Kill() => _killed = true;
}
