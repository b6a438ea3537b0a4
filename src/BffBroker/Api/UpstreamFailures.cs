using System.Net.Sockets;
using BffBroker.Endpoints;
using Yarp.ReverseProxy.Forwarder;

namespace BffBroker.Api;

/// <summary>What the client is told when there is no answer of upstream's.</summary>
internal sealed partial class UpstreamFailures(StandardHeaders headers, ILogger<UpstreamFailures> logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Upstream has answered, or has begun to; nothing then.</summary>
    public async Task AnswerAsync(HttpContext http)
    {
        if (http.Features.Get<IForwarderErrorFeature>() is not { } failure)
        {
            return;
        }

        if (http.RequestAborted.IsCancellationRequested)
        {
            return; // nobody is there to be answered
        }

        Log.NoAnswer(logger, http.LoggedPath, failure.Error, ReasonOf(failure.Exception));
        if (http.Response.HasStarted)
        {
            return; // YARP has cut the connection: a half answer must not look like a whole one
        }

        var code = CodeOf(failure.Error, http.Response.StatusCode);
        http.Response.Clear();
        headers.Set(http.Response);
        if (code == Problems.TemporarilyUnavailable)
        {
            Problems.SetRetryAfter(http, RetryAfter);
        }

        await Problems.Json(http, code).ExecuteAsync(http);
    }

    private static string CodeOf(ForwarderError error, int status) => (error, status) switch
    {
        (ForwarderError.NoAvailableDestinations, _) => Problems.TemporarilyUnavailable,
        (_, StatusCodes.Status504GatewayTimeout) => Problems.GatewayTimeout,
        (_, StatusCodes.Status408RequestTimeout) => Problems.RequestTimeout,
        (_, StatusCodes.Status413PayloadTooLarge) => Problems.RequestTooLarge,
        (ForwarderError.RequestBodyClient, _) => Problems.InvalidRequest,
        _ => Problems.BadGateway,
    };

    // Messages of exceptions may quote a header or a URL.
    private static string ReasonOf(Exception? exception) => exception switch
    {
        null => "",
        AggregateException { InnerExceptions: [var first, ..] } => ReasonOf(first),
        SocketException socket => socket.SocketErrorCode.ToString(),
        { InnerException: { } inner } => ReasonOf(inner),
        HttpRequestException request => request.HttpRequestError.ToString(),
        _ => exception.GetType().Name,
    };

    private static partial class Log
    {
        [LoggerMessage(7101, LogLevel.Warning, "{Path} got no whole answer of its upstream: {Error} {Reason}")]
        public static partial void NoAnswer(ILogger logger, string path, ForwarderError error, string reason);
    }
}
