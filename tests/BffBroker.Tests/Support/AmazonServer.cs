using AmazonSimulator;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Support;

/// <summary>The simulator on a free port of this process. Its first customer approves everything without a page, unless told otherwise.</summary>
internal sealed class AmazonServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AmazonServer(WebApplication app) => _app = app;

    public AmazonSimulator.Simulator Simulator => _app.Services.GetRequiredService<AmazonSimulator.Simulator>();

    public Uri Url => new(_app.Urls.First());

    public int CodeExchanges => Simulator.Calls.TokenCalls("authorization_code");

    public int Refreshes => Simulator.Calls.TokenCalls("refresh_token");

    /// <summary>What a refresh does to refresh tokens; the use of a dead one costs its user the whole grant.</summary>
    public void Rotate(RefreshMode mode) => (Simulator.Settings.RefreshMode, Simulator.Settings.ReuseDetection) = (mode, true);

    public static async Task<AmazonServer> StartAsync(TimeProvider? clock = null)
    {
        var builder = QuietServer.NewBuilder();
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.AddAmazonSimulator(options => options.Settings.AutoApprove = "ada");

        var app = builder.Build();
        app.UseAmazonSimulator();
        await app.StartAsync();
        return new(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
