using System.Net;
using System.Net.Sockets;
using BffBroker.Limits;
using Microsoft.AspNetCore.Connections.Features;

namespace BffBroker.Endpoints;

/// <summary>
/// Decides, before anything can change the address, whether the peer, the other end of the connection itself, is a trusted proxy.
/// </summary>
internal sealed partial class PeerTrust
{
    private const string ForwardedFor = "X-Forwarded-For";

    private readonly RequestDelegate _next;
    private readonly TrustedProxies _proxies;
    private readonly ConnectionLimits _connections;
    private readonly ILogger<PeerTrust> _logger;
    private bool _hasTold;

    /// <summary>Is called once, when the pipeline is built at the start.</summary>
    public PeerTrust(RequestDelegate next, TrustedProxies proxies, ConnectionLimits connections, ILogger<PeerTrust> logger)
    {
        (_next, _proxies, _connections, _logger) = (next, proxies, connections, logger);
        if (proxies.PracticallyEverybody is { Count: > 0 } ranges)
        {
            Log.EverybodyTrusted(logger, string.Join(", ", ranges));
        }
    }

    public static bool IsTrusted(HttpContext http) => http.Features.Get<Mark>() is not null;

    public Task InvokeAsync(HttpContext http)
    {
        var peer = http.Connection.RemoteIpAddress;
        var isOnUnixSocket = peer is null && IsOnUnixSocket(http);
        if (_proxies.Contains(peer) || (isOnUnixSocket && _proxies.IncludesUnixSocket))
        {
            http.Features.Set(Mark.OfTrusted);
        }
        else
        {
            if (_connections.IsCrowded)
            {
                http.Response.Headers.Connection = "close"; // for the next client
            }

            TellOnce(http, peer, isOnUnixSocket);
        }

        return _next(http);
    }

    private void TellOnce(HttpContext http, IPAddress? peer, bool isOnUnixSocket)
    {
        if (!_hasTold && http.Request.Headers.ContainsKey(ForwardedFor) && (isOnUnixSocket || (peer is not null && TrustedProxies.IsInternal(peer)))
            && !Interlocked.Exchange(ref _hasTold, true))
        {
            Log.NotTrusted(_logger, peer?.ToString() ?? TrustedProxies.UnixSocket);
        }
    }

    // A named pipe has no address either.
    private static bool IsOnUnixSocket(HttpContext http) => http.Features.Get<IConnectionSocketFeature>()?.Socket.AddressFamily == AddressFamily.Unix;

    private sealed class Mark
    {
        public static Mark OfTrusted { get; } = new();
    }

    private static partial class Log
    {
        [LoggerMessage(4401, LogLevel.Warning,
            "{Peer} sends X-Forwarded-For, and is no trusted proxy: all its requests count as one client's. If it is your proxy, name it: Broker__TrustedProxies__0={Peer}")]
        public static partial void NotTrusted(ILogger logger, string peer);

        [LoggerMessage(4402, LogLevel.Warning,
            "Broker:TrustedProxies holds practically everybody ({Ranges}): every client that reaches the port is believed, and chooses its own address by X-Forwarded-For. Name the addresses of your proxies alone")]
        public static partial void EverybodyTrusted(ILogger logger, string ranges);
    }
}
