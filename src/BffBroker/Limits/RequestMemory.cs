using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace BffBroker.Limits;

/// <summary>
/// What the requests under way may hold. Through a proxy, any number of clients may have large ones wait for Redis, for Amazon, or for an API. More than
/// that is refused, and told to come again.
/// </summary>
internal sealed partial class RequestMemory(ListenerCapacity capacity, ILogger<RequestMemory> logger)
{
    private const long KiB = 1024;
    private const long Smallest = 8 * KiB;
    private const long LargestHeaders = 2 * 32 * KiB; // as text
    private const long WaitingBody = 32 * KiB; // of a call: our own endpoints wait for none but a logout's form, which is small
    private const long CallOfApi = 64 * KiB; // buffers of a client that reads slowly, and a connection to the upstream

    // Calls of APIs may take as long as they like, so they have a half of their own. Of the others, so many are let in without a look at their size, which
    // costs time, and the rest by it. No client has all of a part.
    private readonly ClientShares _calls = new(capacity.BytesOfRequests / 2, capacity.BytesOfRequests / 4);
    private readonly ClientShares _measured = new(capacity.BytesOfRequests / 4, capacity.BytesOfRequests / 16);
    private readonly long _mostUnmeasured = capacity.BytesOfRequests / 4 / (Smallest + LargestHeaders);
    private long _unmeasured;
    private bool _hasTold;

    /// <summary>For a request that is no call of an API. False where it is to be refused; otherwise <see cref="Leave"/> follows.</summary>
    /// <param name="client">Null for a gateway, which asks for any number of them.</param>
    /// <param name="measured">For <see cref="Leave"/>.</param>
    public bool TryEnter(HttpRequest request, IPAddress? client, out long measured)
    {
        measured = 0;
        if (Interlocked.Increment(ref _unmeasured) <= _mostUnmeasured)
        {
            return true;
        }

        Interlocked.Decrement(ref _unmeasured);
        measured = BytesOf(request);
        return _measured.TryTake(NetworkOf(client), measured) || Refuse();
    }

    public void Leave(IPAddress? client, long measured)
    {
        if (measured == 0)
        {
            Interlocked.Decrement(ref _unmeasured);
        }
        else
        {
            _measured.Return(NetworkOf(client), measured);
        }
    }

    /// <summary>False where the call is to be refused; otherwise <see cref="EndCall"/> follows.</summary>
    /// <param name="bytes">For <see cref="EndCall"/>.</param>
    public bool TryBeginCall(HttpRequest request, IPAddress? client, out long bytes)
    {
        var hasBody = request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;
        bytes = CallOfApi + BytesOf(request) + (hasBody ? WaitingBody : 0);
        return _calls.TryTake(ClientNetwork.Of(client), bytes) || Refuse();
    }

    public void EndCall(IPAddress? client, long bytes) => _calls.Return(ClientNetwork.Of(client), bytes);

    private static ClientNetwork? NetworkOf(IPAddress? client) => client is null ? null : ClientNetwork.Of(client);

    private static long BytesOf(HttpRequest request)
    {
        var characters = (request.Path.Value?.Length ?? 0) + (request.QueryString.Value?.Length ?? 0);
        foreach (var (name, values) in request.Headers)
        {
            foreach (var value in values)
            {
                characters += name.Length + (value?.Length ?? 0);
            }
        }

        return Smallest + (sizeof(char) * characters);
    }

    private bool Refuse()
    {
        if (!Interlocked.Exchange(ref _hasTold, true))
        {
            Log.Refused(logger, capacity.BytesOfRequests / KiB / KiB);
        }

        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(9002, LogLevel.Warning,
            "A request was answered 503: all requests under way hold as much memory as they may, {MiB} MiB, or those of one client hold its share. If they are your users', give the broker more memory")]
        public static partial void Refused(ILogger logger, long mib);
    }
}
