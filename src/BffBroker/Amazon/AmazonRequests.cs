using Microsoft.Extensions.Options;

namespace BffBroker.Amazon;

/// <summary>How the endpoints ask Amazon, and for how long.</summary>
internal sealed class AmazonRequests(AmazonHttp http, IOptionsMonitor<AmazonOptions> options, TimeProvider clock)
{
    /// <param name="request">Makes one for each time that it is sent.</param>
    public async Task<AmazonOutcome> SendAsync(AmazonOperation operation, Func<HttpRequestMessage> request, CancellationToken limit)
    {
        using var message = request();
        return await http.SendAsync(operation, message, limit);
    }

    /// <summary>
    /// Gives all of <paramref name="work"/> together <c>Amazon:Timeout</c>. A caller who leaves stops waiting, and the work goes on: an Amazon
    /// whose answer nobody waited for has not failed.
    /// </summary>
    public Task<TResult> InTimeAsync<TResult>(Func<CancellationToken, Task<TResult>> work, CancellationToken caller)
    {
        return WorkAsync().WaitAsync(caller);

        async Task<TResult> WorkAsync()
        {
            using var limit = new CancellationTokenSource(options.CurrentValue.Timeout, clock);
            return await work(limit.Token);
        }
    }
}
