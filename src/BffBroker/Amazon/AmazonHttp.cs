using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using BffBroker.Telemetry;
using Microsoft.Extensions.Options;

namespace BffBroker.Amazon;

/// <summary>HTTP as Amazon is spoken to: each request sent once, no redirect followed, no cookie kept, answers bounded in time and size.</summary>
internal sealed partial class AmazonHttp(IOptionsMonitor<AmazonOptions> options, BrokerMeter meter, TimeProvider clock, ILogger<AmazonHttp> logger) : IDisposable
{
    // Two tokens of at most 2,048 bytes, or a profile, are far from this.
    private const int LargestAnswer = 64 * 1024;
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(1);

    // .NET repeats a request on a kept connection that turns out to be closed, but never one whose content it has begun to send.
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        // With TLS. Less than a caller waits, so that it is known that nothing was sent.
        ConnectTimeout = TimeSpan.FromSeconds(3),

        // Before the other side closes an idle connection: a POST that crosses its end on the way stays unanswered.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        ActivityHeadersPropagator = null, // a span of its own would have the URL, and tokeninfo's has a token
    });

    public async Task<AmazonOutcome> SendAsync(AmazonOperation operation, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var span = BrokerTrace.StartAmazonCall(operation.Name);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        if (options.CurrentValue.SendTraceContext && Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } traceParent })
        {
            request.Headers.Add("traceparent", traceParent);
        }

        var start = clock.GetTimestamp();
        AmazonOutcome outcome;
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            var body = await ReadAsync(response.Content, cancellationToken);
            outcome = new AmazonOutcome.Answered(
                new(response.StatusCode, body, RetryAfterOf(response.Headers.RetryAfter), RequestIdOf(response.Headers)));
        }
        // A connection that is reset as soon as it is made comes as a bare SocketException.
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            var isTimeout = cancellationToken.IsCancellationRequested;
            outcome = IsBeforeSending(exception) ? new AmazonOutcome.Unsent(null) : new AmazonOutcome.Unanswered(isTimeout);
            Log.NoAnswer(logger, operation.Name, isTimeout ? "timeout" : exception.Message);
        }

        var word = WordFor(outcome);
        meter.AmazonCalled(clock.GetElapsedTime(start), operation.Name, word);
        span?.End(word, isError: word != "ok");
        return outcome;
    }

    public void Dispose() => _http.Dispose();

    // Only what is sure. The TimeoutException is that of ConnectTimeout: the client itself has no time limit, and ours brings none.
    private static bool IsBeforeSending(Exception exception) => exception
        is HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
        }
        or OperationCanceledException { InnerException: TimeoutException };

    private static string WordFor(AmazonOutcome outcome) => outcome switch
    {
        AmazonOutcome.Answered { Answer.IsTransient: true } => "transient",
        AmazonOutcome.Answered { Answer.Status: HttpStatusCode.OK } => "ok",
        AmazonOutcome.Answered { Answer.Error: "invalid_client" or "unauthorized_client" } => "client_rejected",
        AmazonOutcome.Answered => "rejected",
        AmazonOutcome.Unsent => "unreachable",
        AmazonOutcome.Unanswered { IsTimeout: true } => "timeout",
        _ => "unanswered",
    };

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(LargestAnswer + 1);
        var length = buffer.Length;
        try
        {
            length = await stream.ReadAtLeastAsync(buffer, LargestAnswer + 1, throwOnEndOfStream: false, cancellationToken);

            // Too large is as good as empty: no such answer is documented.
            return length > LargestAnswer ? [] : buffer[..length];
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
        {
            // So is one that does not decompress.
            return [];
        }
        finally
        {
            // Whoever gets it next is not to find tokens in it.
            buffer.AsSpan(0, length).Clear();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private TimeSpan? RetryAfterOf(RetryConditionHeaderValue? header)
    {
        var asked = header?.Delta ?? header?.Date - clock.GetUtcNow();
        return asked is not { } wait ? null : wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestRetryAfter ? wait : LongestRetryAfter;
    }

    private static string? RequestIdOf(HttpResponseHeaders headers) =>
        headers.TryGetValues("x-amzn-RequestId", out var values) && values.First() is var id && RequestId.IsMatch(id) ? id : null;

    [GeneratedRegex("^[A-Za-z0-9-]{1,64}$")]
    private static partial Regex RequestId { get; }

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Warning, "Amazon gave no answer to {Operation}: {Reason}")]
        public static partial void NoAnswer(ILogger logger, string operation, string reason);
    }
}
