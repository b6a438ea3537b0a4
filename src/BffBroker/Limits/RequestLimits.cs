using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace BffBroker.Limits;

/// <summary>What one client can take of a listener: Kestrel refuses more before any code of ours runs, and hangs up on the slow.</summary>
internal static class RequestLimits
{
    private const int KiB = 1024;

    // The return URL of a logout, 1,500 bytes, each percent-encoded, and some fields beside it. A route of /api has its own limit.
    private const int LargestBody = 8 * KiB;
    private const int SendBuffer = 64 * KiB;
    private const double SlowestBytesPerSecond = 240;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <param name="kestrel">Of the listener.</param>
    /// <param name="connections">How many it takes at a time.</param>
    public static void LimitRequests(this KestrelServerOptions kestrel, int connections)
    {
        kestrel.AddServerHeader = false; // nobody needs to know what to try
        kestrel.DisableStringReuse = true; // or an idle connection keeps the headers of its last request, up to 32 KiB of them, as text
        var limits = kestrel.Limits;

        // The longest that is ours: a callback with 3,000 characters of state, or a return URL of 1,500 bytes, each byte percent-encoded.
        limits.MaxRequestLineSize = 8 * KiB;
        limits.MaxRequestHeaderCount = 100;
        limits.MaxRequestHeadersTotalSize = 32 * KiB; // cookies of all the site's applications come along
        limits.MaxRequestBodySize = LargestBody;
        limits.MaxRequestBufferSize = 32 * KiB;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.MinRequestBodyDataRate = new(SlowestBytesPerSecond, Grace);
        limits.MinResponseDataRate = new(SlowestBytesPerSecond, Grace);

        // Longer than what common proxies keep an idle connection, so that it is they who close: a request never meets a closed one.
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);

        // Each costs memory before it has said a word. WebSockets are counted apart.
        limits.MaxConcurrentConnections = connections;
        limits.MaxConcurrentUpgradedConnections = connections;
        limits.Http2.MaxStreamsPerConnection = ListenerCapacity.RequestsByHttp2;
        limits.Http2.MaxRequestHeaderFieldSize = 16 * KiB;
        limits.Http2.InitialStreamWindowSize = 64 * KiB; // what a peer may send of a body that nobody reads
        limits.Http2.InitialConnectionWindowSize = 128 * KiB;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30); // a peer that is gone without a word
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }

    /// <summary>
    /// How many connections may wait to be taken: all clients of a node may come back at once, to one that is busy. Where the queue is full, the kernel
    /// drops packets: a client that takes itself for connected sends its request again after 1, 2, 4 … 51 s, although the node is long free, or is reset.
    /// Kestrel's own number is 512; the kernel takes at most net.core.somaxconn, 4096 by default.
    /// </summary>
    /// <remarks>And how much of an answer the kernel keeps for a client that reads slowly: by itself it would take 4 MiB, at the container's cost.</remarks>
    public static void LimitSockets(SocketTransportOptions sockets)
    {
        sockets.Backlog = ListenerCapacity.MostConnections;
        sockets.CreateBoundListenSocket = endpoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.SendBufferSize = SendBuffer; // of the connections that it takes, too
            return socket;
        };
    }

    /// <summary>The only form that we read is that of a logout, with one field that matters. Nothing of it is ever written to a disk.</summary>
    public static void LimitForm(FormOptions form)
    {
        form.ValueCountLimit = 64;
        form.KeyLengthLimit = 256;
        form.ValueLengthLimit = 8 * KiB;
        form.MultipartBodyLengthLimit = LargestBody;
        form.MemoryBufferThreshold = LargestBody;
    }
}
