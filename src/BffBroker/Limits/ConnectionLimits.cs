using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace BffBroker.Limits;

/// <summary>
/// What clients can take of a listener's connections: so many in all, so many each, and some seconds to send their first byte. Trusted proxies are not
/// limited so, and a part of the listener's connections is left to them.
/// </summary>
/// <param name="isTrusted">Whether a peer is a trusted proxy.</param>
/// <param name="capacity">How many there may be.</param>
internal sealed partial class ConnectionLimits(Func<IPAddress, bool> isTrusted, ListenerCapacity capacity, ILogger<ConnectionLimits> logger)
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestBeforeRequest = TimeSpan.FromSeconds(25); // a handshake of TLS, and the headers

    private readonly ClientShares _clients = new(capacity.OfClients, capacity.OfOneClient);
    private int _all;
    private bool _hasTold;

    /// <summary>Whether the next connection would be refused, whoever asks for it.</summary>
    public bool IsFull => Volatile.Read(ref _all) >= capacity.Connections;

    /// <summary>Whether so many clients are there that none should keep a connection that it does not use.</summary>
    public bool IsCrowded => _clients.AreScarce;

    /// <summary>Returns without serving where a limit is reached: the server then closes the connection.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate serve)
    {
        var peer = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        try
        {
            if (Interlocked.Increment(ref _all) <= capacity.Connections)
            {
                // Without an address it is a program of this machine, at a Unix socket that it was given.
                await (peer is null || isTrusted(peer) ? serve(connection) : ServeClientAsync(connection, peer, serve));
            }
        }
        finally
        {
            Interlocked.Decrement(ref _all);
        }
    }

    private async Task ServeClientAsync(ConnectionContext connection, IPAddress peer, ConnectionDelegate serve)
    {
        var client = ClientNetwork.Of(peer);
        if (!_clients.TryTake(client, 1))
        {
            TellOnce(peer);
            return;
        }

        try
        {
            if (await SpeaksAsync(connection))
            {
                var asked = new Asked();
                connection.Items[typeof(Asked)] = asked;
                await using var limit = new Timer(_ => CloseUnless(asked, connection), null, LongestBeforeRequest, Timeout.InfiniteTimeSpan);
                await serve(connection);
            }
        }
        finally
        {
            _clients.Return(client, 1);
        }
    }

    // The server's own limit for a connection without a request is as long as proxies keep idle connections.
    private static async Task<bool> SpeaksAsync(ConnectionContext connection)
    {
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed, stopping);
        patience.CancelAfter(LongestSilence);
        try
        {
            var input = connection.Transport.Input;
            var first = await input.ReadAsync(patience.Token);
            input.AdvanceTo(first.Buffer.Start); // nothing is taken: the server reads it again
            return !first.Buffer.IsEmpty;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return false;
        }
    }

    /// <summary>Tells that a request has come on this connection: from now on it may be idle for as long as the server lets it.</summary>
    public static void HasAsked(IFeatureCollection features)
    {
        if (features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(typeof(Asked), out var asked) == true)
        {
            ((Asked)asked!).Value = true;
        }
    }

    private static void CloseUnless(Asked asked, ConnectionContext connection)
    {
        if (!asked.Value)
        {
            connection.Abort();
        }
    }

    private void TellOnce(IPAddress peer)
    {
        if (!Interlocked.Exchange(ref _hasTold, true))
        {
            Log.Refused(logger, peer, capacity.OfOneClient, capacity.OfClients);
        }
    }

    private sealed class Asked
    {
        public volatile bool Value;
    }

    private static partial class Log
    {
        [LoggerMessage(9001, LogLevel.Warning,
            "A connection of {Peer} was closed: it has {OfOneClient} already, or all clients together {OfClients}. If it is your proxy, name it in Broker:TrustedProxies; proxies are not limited so")]
        public static partial void Refused(ILogger logger, IPAddress peer, int ofOneClient, int ofClients);
    }
}
