using System.Net;
using BffBroker.Limits;

namespace BffBroker.Endpoints;

/// <summary>
/// Decides, before anything can change the address, whether the peer, the other end of the connection itself, is a trusted proxy.
/// </summary>
internal sealed partial class PeerTrust(RequestDelegate next, TrustedProxies proxies, ConnectionLimits connections, ILogger<PeerTrust> logger)
{
    private const string ForwardedFor = "X-Forwarded-For";

    private static readonly IPNetwork[] Internal =
    [
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"),
    ];

    private bool _hasTold;

    public static bool IsTrusted(HttpContext http) => http.Features.Get<Mark>() is not null;

    public Task InvokeAsync(HttpContext http)
    {
        var peer = http.Connection.RemoteIpAddress;
        if (proxies.Contains(peer))
        {
            http.Features.Set(Mark.OfTrusted);
        }
        else
        {
            if (connections.IsCrowded)
            {
                http.Response.Headers.Connection = "close"; // for the next client
            }

            TellOnce(http, peer);
        }

        return next(http);
    }

    private void TellOnce(HttpContext http, IPAddress? peer)
    {
        if (!_hasTold && peer is not null && http.Request.Headers.ContainsKey(ForwardedFor) && TrustedProxies.Contains(Internal, peer)
            && !Interlocked.Exchange(ref _hasTold, true))
        {
            Log.NotTrusted(logger, peer);
        }
    }

    private sealed class Mark
    {
        public static Mark OfTrusted { get; } = new();
    }

    private static partial class Log
    {
        [LoggerMessage(4401, LogLevel.Warning,
            "{Peer} sends X-Forwarded-For, and is no trusted proxy: all its requests count as one client's. If it is your proxy, name it: Broker__TrustedProxies__0={Peer}")]
        public static partial void NotTrusted(ILogger logger, IPAddress peer);
    }
}
