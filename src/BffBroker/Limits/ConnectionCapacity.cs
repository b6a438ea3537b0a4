namespace BffBroker.Limits;

/// <summary>
/// How many connections the public listener takes. What one can cost, times their number, fits into the memory that the process may use, so that no
/// number of clients can have it killed.
/// </summary>
/// <param name="All">Those of trusted proxies included.</param>
/// <param name="OfClients">Of all clients that are no trusted proxy.</param>
/// <param name="OfOneClient">Of one <see cref="ClientNetwork"/>.</param>
/// <param name="HasTrustedProxies">Otherwise a listener without room for clients has room for nobody.</param>
internal sealed record ConnectionCapacity(int All, int OfClients, int OfOneClient, bool HasTrustedProxies)
{
    public const int Most = 10_000;

    private const int MostOfOneClient = 1_000;
    private const int Fewest = 250;
    private const int KiB = 1024;

    /// <summary>What a client can make the broker keep for a connection: unfinished headers, as bytes and as text.</summary>
    public const long BytesOfClient = 128 * KiB;

    /// <summary>A proxy sends whole requests, and the broker waits for none of their bodies without a session.</summary>
    public const long BytesOfProxy = 16 * KiB;

    /// <summary>The broker without connections, with the sessions that it remembers.</summary>
    public const long BytesOfBroker = 96 * KiB * KiB;

    /// <param name="memory">Bytes that the process may use: of the container, where it has a limit.</param>
    /// <param name="hasTrustedProxies">Whether the configuration names any.</param>
    public static ConnectionCapacity For(long memory, bool hasTrustedProxies)
    {
        var left = memory - BytesOfBroker - (hasTrustedProxies ? Most * BytesOfProxy : 0);
        var ofClients = (int)Math.Clamp(left / BytesOfClient, Fewest, Most);
        return new(Most, ofClients, Math.Min(MostOfOneClient, ofClients / 2), hasTrustedProxies);
    }
}
