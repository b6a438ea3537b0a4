using BffBroker.Amazon;

namespace BffBroker.Management.Doctor;

/// <summary>Asks Amazon once, as the broker would; the time limit is the broker's own.</summary>
internal sealed class AmazonProbe(TimeSpan limit, TimeProvider clock) : IDisposable
{
    private const int LargestAnswer = 1024 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = limit,
        MaxResponseContentBufferSize = LargestAnswer,
    };

    public Task<AmazonReply> GetAsync(string url) => AskAsync(() => new(HttpMethod.Get, url));

    public Task<AmazonReply> PostAsync(Uri url, IEnumerable<KeyValuePair<string, string>> form) =>
        AskAsync(() => new(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(form) });

    public void Dispose() => _http.Dispose();

    private async Task<AmazonReply> AskAsync(Func<HttpRequestMessage> create)
    {
        try
        {
            using var request = create();
            var sent = clock.GetUtcNow();
            using var response = await _http.SendAsync(request);
            return new AmazonReply.Answer(new(response.StatusCode, await response.Content.ReadAsByteArrayAsync(), null, null), response.Headers.Date, sent, clock.GetUtcNow());
        }
        catch (HttpRequestException exception)
        {
            return new AmazonReply.None(exception.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => "its name does not resolve.",
                HttpRequestError.SecureConnectionError => "it has no certificate that this machine trusts (no CA certificates here, a proxy that opens TLS, or a wrong clock).",
                HttpRequestError.ConnectionError => "no connection.",
                var other => $"no whole answer ({other}).",
            });
        }
        catch (OperationCanceledException)
        {
            return new AmazonReply.None("no answer within Amazon:Timeout.");
        }
    }
}
