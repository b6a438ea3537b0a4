using System.Collections.Concurrent;
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
    private readonly Measurements _measured;

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
        _measured = new(_services);
    }

    public RecordingLog Log { get; } = new();

    /// <summary>Each measured call with its operation and outcome.</summary>
    public ConcurrentQueue<string> Calls => _measured.All;

    public Task<TokenRequestOutcome> RefreshAsync(CancellationToken? cancellationToken = null) =>
        _services.GetRequiredService<TokenClient>().RefreshAsync(new("Atzr|old"), cancellationToken ?? TestContext.Current.CancellationToken).WaitAsync(Longest);

    public Task<TokenRequestOutcome> ExchangeCodeAsync() => _services.GetRequiredService<TokenClient>().ExchangeCodeAsync(
        AuthorizationCode.Parse("ANabcdefghijklmnopqr")!, "https://app.example.com/callback", new(new string('v', 43)), TestContext.Current.CancellationToken).WaitAsync(Longest);

    public Task<ProfileOutcome> GetProfileAsync(CancellationToken? cancellationToken = null) =>
        _services.GetRequiredService<ProfileClient>().GetAsync(new("Atza|a"), cancellationToken ?? TestContext.Current.CancellationToken).WaitAsync(Longest);

    public void Dispose()
    {
        _measured.Dispose();
        _services.Dispose();
    }
}
