namespace AmazonSimulator;

/// <summary>The registered clients: copies of the configured ones, so that a reset can undo what was done to them.</summary>
internal sealed class ClientRegistry(IEnumerable<SimulatedClient> clients)
{
    private volatile IReadOnlyList<SimulatedClient> _clients = Copy(clients);

    public IReadOnlyList<SimulatedClient> All => _clients;

    public SimulatedClient? Find(string? id) => _clients.FirstOrDefault(client => client.Id == id);

    public void Reset(IEnumerable<SimulatedClient> clients) => _clients = Copy(clients);

    private static SimulatedClient[] Copy(IEnumerable<SimulatedClient> clients) => [.. clients.Select(client => client.Copy())];
}
