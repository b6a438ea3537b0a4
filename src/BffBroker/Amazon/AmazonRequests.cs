using Microsoft.Extensions.Options;
using Polly.CircuitBreaker;

namespace BffBroker.Amazon;

/// <summary>How the endpoints ask Amazon: through the circuit breaker, repeated where that is safe, and for as long as is sensible.</summary>
internal sealed class AmazonRequests(AmazonHttp http, AmazonPipelines pipelines, IOptionsMonitor<AmazonOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    /// <param name="request">Makes one for each time that it is sent.</param>
    /// <param name="limit">Ends it, its repeats and the pauses between them.</param>
    public async Task<AmazonOutcome> SendAsync(AmazonOperation operation, Func<HttpRequestMessage> request, CancellationToken limit)
    {
        AmazonOutcome last = new AmazonOutcome.Unsent(null);
        try
        {
            return await pipelines.For(operation).ExecuteAsync(SendOnceAsync, limit);
        }
        catch (BrokenCircuitException open)
        {
            return new AmazonOutcome.Unsent(open.RetryAfter > ShortestWait ? open.RetryAfter : ShortestWait);
        }
        catch (OperationCanceledException)
        {
            // Time was up in the pause before a repeat.
            return last;
        }

        async ValueTask<AmazonOutcome> SendOnceAsync(CancellationToken cancellationToken)
        {
            using var message = request();
            return last = await http.SendAsync(operation, message, cancellationToken);
        }
    }

    /// <summary>
    /// Gives all of <paramref name="work"/> together <c>Amazon:Timeout</c>. A caller who leaves stops waiting, and the work goes on: an Amazon
    /// whose answer nobody waited for has neither failed nor recovered.
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
