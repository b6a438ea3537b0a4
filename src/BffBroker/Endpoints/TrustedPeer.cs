namespace BffBroker.Endpoints;

/// <summary>A feature of requests whose peer, the other end of the connection itself, is a trusted proxy: forwarded addresses do not change it.</summary>
internal sealed class TrustedPeer
{
    public static TrustedPeer Instance { get; } = new();

    public static bool IsPeerOf(HttpContext http) => http.Features.Get<TrustedPeer>() is not null;
}
