using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using BffBroker.Amazon;
using BffBroker.OAuth;
using BffBroker.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BffBroker.Tests.Support;

/// <summary>The broker's side of Login with Amazon alone, put together as in the broker.</summary>
internal sealed class AmazonClient : IDisposable
{
    // A call that waits for a clock that nobody moves fails its test instead of hanging it.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private readonly ServiceProvider _services;
    private readonly MeterListener _listener = new();

    public AmazonClient(Uri amazon, TimeProvider? clock = null, Action<AmazonOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddMetrics().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        services.AddSingleton(clock ?? TimeProvider.System).AddSingleton<BrokerMeter>().AddAmazon();
        services.Configure<AmazonOptions>(options =>
        {
            (options.ClientId, options.ClientSecret, options.ApiBaseUrl) = ("id", "secret", amazon.ToString());
            configure?.Invoke(options);
        });
        _services = services.BuildServiceProvider();
        Listen(_services.GetRequiredService<IMeterFactory>());
    }

    public RecordingLog Log { get; } = new();

    /// <summary>Operation and outcome of each measured call.</summary>
    public ConcurrentQueue<(string Operation, string Outcome)> Calls { get; } = new();

    public Task<TokenRequestOutcome> RefreshAsync(CancellationToken? cancellationToken = null) =>
        _services.GetRequiredService<TokenEndpoint>().RefreshAsync(new("Atzr|old"), cancellationToken ?? TestContext.Current.CancellationToken).WaitAsync(Longest);

    public Task<TokenRequestOutcome> ExchangeCodeAsync() => _services.GetRequiredService<TokenEndpoint>().ExchangeCodeAsync(
        AuthorizationCode.Parse("ANabcdefghijklmnopqr")!, "https://app.example.com/callback", new(new string('v', 43)), TestContext.Current.CancellationToken).WaitAsync(Longest);

    public Task<ProfileOutcome> GetProfileAsync(CancellationToken? cancellationToken = null) =>
        _services.GetRequiredService<ProfileEndpoint>().GetAsync(new("Atza|a"), cancellationToken ?? TestContext.Current.CancellationToken).WaitAsync(Longest);

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    private void Listen(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "bff.amazon.duration" && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) => Calls.Enqueue(((string)tags[0].Value!, (string)tags[1].Value!)));
        _listener.Start();
    }
}
