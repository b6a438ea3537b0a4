using System.Security.Cryptography;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace BffBroker.Amazon;

/// <summary>What protects Amazon from us: a circuit breaker for each endpoint and, around it, a few spread repeats.</summary>
internal sealed partial class AmazonPipelines
{
    private const int MostRepeats = 2;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    // A longer one is the caller's to wait for.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly Dictionary<AmazonOperation, ResiliencePipeline<AmazonOutcome>> _pipelines;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;

    public AmazonPipelines(TimeProvider clock, ILogger<AmazonPipelines> logger)
    {
        (_clock, _logger) = (clock, logger);
        var breakers = AmazonOperation.All.Select(operation => operation.Endpoint).Distinct().ToDictionary(endpoint => endpoint, CircuitBreaker);
        _pipelines = AmazonOperation.All.ToDictionary(operation => operation, operation => Pipeline(operation, breakers[operation.Endpoint]));
    }

    /// <summary>Throws <see cref="BrokenCircuitException"/> at once while the endpoint's circuit is open.</summary>
    public ResiliencePipeline<AmazonOutcome> For(AmazonOperation operation) => _pipelines[operation];

    private ResiliencePipeline<AmazonOutcome> Pipeline(AmazonOperation operation, ResiliencePipeline<AmazonOutcome> breaker) =>
        new ResiliencePipelineBuilder<AmazonOutcome> { TimeProvider = _clock }
            .AddRetry(new RetryStrategyOptions<AmazonOutcome>
            {
                ShouldHandle = attempt => ValueTask.FromResult(
                    attempt.Outcome.Result is { } outcome && operation.IsRepeatedAfter(outcome) && !(outcome.RetryAfter > LongestPause)),
                MaxRetryAttempts = MostRepeats,
                Delay = FirstPause,
                MaxDelay = LongestPause,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,

                // Nobody comes back at the same instant as all the others, nor at once for a "Retry-After: 0".
                DelayGenerator = attempt => ValueTask.FromResult(
                    attempt.Outcome.Result?.RetryAfter is { Ticks: > 0 } asked ? asked * (1 + (RandomNumberGenerator.GetInt32(100) / 500.0)) : (TimeSpan?)null),
            })
            .AddPipeline(breaker)
            .Build();

    private ResiliencePipeline<AmazonOutcome> CircuitBreaker(string endpoint) =>
        new ResiliencePipelineBuilder<AmazonOutcome> { TimeProvider = _clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<AmazonOutcome>
            {
                ShouldHandle = call => ValueTask.FromResult(call.Outcome.Result is not { IsFailure: false }),
                FailureRatio = 0.5,
                MinimumThroughput = 20,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = TimeSpan.FromSeconds(5),
                OnOpened = opened =>
                {
                    Log.Opened(_logger, endpoint, opened.BreakDuration.TotalSeconds);
                    return ValueTask.CompletedTask;
                },
                OnClosed = _ =>
                {
                    Log.Closed(_logger, endpoint);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Warning, "Amazon's {Endpoint} endpoint fails too often: it is not called for {Seconds} s")]
        public static partial void Opened(ILogger logger, string endpoint, double seconds);

        [LoggerMessage(1302, LogLevel.Information, "Amazon's {Endpoint} endpoint answers again")]
        public static partial void Closed(ILogger logger, string endpoint);
    }
}
