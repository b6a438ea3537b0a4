namespace BffBroker.Limits;

/// <summary>
/// How many connections a listener takes, and how much its requests under way may hold. What one can cost, times their number, fits into the memory that
/// the process may use, so that no number of clients can have it killed.
/// </summary>
/// <param name="Connections">Those of trusted proxies included.</param>
/// <param name="OfClients">Connections of all clients that are no trusted proxy.</param>
/// <param name="OfOneClient">Connections of one <see cref="ClientNetwork"/>.</param>
/// <param name="BytesOfRequests">Of all requests under way.</param>
internal sealed record ListenerCapacity(int Connections, int OfClients, int OfOneClient, long BytesOfRequests)
{
    public const int MostConnections = 10_000;

    /// <summary>What a client can make the broker keep for a connection: unfinished headers, as bytes and as text.</summary>
    public const long BytesOfClient = 128 * KiB;

    /// <summary>A proxy sends whole requests, and the broker waits for none of their bodies without a session.</summary>
    public const long BytesOfProxy = 16 * KiB;

    /// <summary>The broker without connections, with the sessions that it remembers.</summary>
    public const long BytesOfBroker = 96 * KiB * KiB;

    /// <summary>Of a connection by HTTP/2, which serves so many requests at a time; each costs as much as a client's by HTTP/1.1.</summary>
    public const int RequestsByHttp2 = 16;

    private const int MostOfOneClient = 1_000;
    private const long Least = 32 * KiB * KiB;
    private const int KiB = 1024;

    /// <summary>Of probes and an operator.</summary>
    public static ListenerCapacity OfManagement { get; } = new(110, 100, 50, 16 * KiB * KiB);

    /// <param name="memory">Bytes that the process may use: of the container, where it has a limit.</param>
    /// <param name="hasTrustedProxies">Whether the configuration names any. Without them there are no other connections than those of clients.</param>
    /// <param name="hasHttp2">Whether the configuration asks for it.</param>
    public static ListenerCapacity For(long memory, bool hasTrustedProxies, bool hasHttp2)
    {
        var left = Math.Max(memory - BytesOfBroker, Least);
        var ofProxies = hasTrustedProxies ? Math.Min(MostConnections * BytesOfProxy, left * 3 / 5) : 0;
        var half = (left - ofProxies) / 2;
        var ofClients = (int)Math.Min(half / (BytesOfClient * (hasHttp2 ? RequestsByHttp2 : 1)), MostConnections);
        return new(hasTrustedProxies ? (int)(ofProxies / BytesOfProxy) : ofClients, ofClients, Math.Min(MostOfOneClient, ofClients / 4), half);
    }
}
