using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace BffBroker.Amazon;

/// <summary>HTTP as Amazon is spoken to: no redirect followed, no cookie kept, answers bounded in time and size.</summary>
internal sealed partial class AmazonHttp(IOptionsMonitor<AmazonOptions> options, TimeProvider clock, ILogger<AmazonHttp> logger) : IDisposable
{
    // Two tokens of at most 2,048 bytes, or a profile, are far from this.
    private const int LargestAnswer = 64 * 1024;
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ActivityHeadersPropagator = null, // our trace ids are nothing to Amazon
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Null when no whole answer came. Waits for <c>Amazon:Timeout</c>.</summary>
    public async Task<AmazonAnswer?> SendAsync(string operation, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.CurrentValue.Timeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        return await SendAsync(operation, request, both.Token, caller: cancellationToken);
    }

    /// <summary>Null when no whole answer came before <paramref name="cancellationToken"/> was cancelled.</summary>
    public Task<AmazonAnswer?> SendPatientlyAsync(string operation, HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(operation, request, cancellationToken, caller: CancellationToken.None);

    public void Dispose() => _http.Dispose();

    // A caller who left is not an Amazon that failed.
    private async Task<AmazonAnswer?> SendAsync(string operation, HttpRequestMessage request, CancellationToken cancellationToken, CancellationToken caller)
    {
        request.Headers.Accept.Add(new("application/json"));
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var body = await ReadAsync(response.Content, cancellationToken);
            return new(response.StatusCode, body, RetryAfterOf(response.Headers.RetryAfter), RequestIdOf(response.Headers));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            caller.ThrowIfCancellationRequested();
            Log.NoAnswer(logger, operation, exception is OperationCanceledException ? "timeout" : exception.Message);
            return null;
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[LargestAnswer + 1];
        try
        {
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);

            // Too large is as good as empty: no such answer is documented.
            return length > LargestAnswer ? [] : buffer[..length];
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
        {
            // So is one that does not decompress.
            return [];
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
