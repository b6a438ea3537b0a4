using BffBroker.Management;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BffBroker.Tests.Support;

/// <summary>The broker on free ports of this process, reached by its public URL through a <see cref="Browser"/>.</summary>
internal sealed class BrokerServer : IAsyncDisposable
{
    public const string Authority = "localhost:8080";

    /// <summary>With a number, a setting that names a JSON file of further settings, which is followed as <c>appsettings.json</c> is.</summary>
    public const string SettingsFile = "Tests:SettingsFile:";

    public static readonly Uri PublicUrl = new($"http://{Authority}");

    private readonly WebApplication _app;

    private BrokerServer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    public Uri ManagementUrl => new(_app.Services.GetServices<IHostedService>().OfType<ManagementHost>().Single().Address!);

    public IServiceProvider Services => _app.Services;

    public static async Task<BrokerServer> StartAsync(Uri amazon, TimeProvider clock, params (string Key, string Value)[] settings)
    {
        var app = Build(amazon, clock, settings);
        Assert.Empty(BffBroker.Management.BrokerProcess.ProblemsOf(app.Services));
        app.UseBroker();
        await app.StartAsync();
        return new(app);
    }

    /// <summary>What every broker of the tests is told, whatever else.</summary>
    public static Dictionary<string, string?> Settings(Uri amazon) => new()
    {
        ["Amazon:ClientId"] = AmazonSimulator.SimulatedClient.DefaultId,
        ["Amazon:ClientSecret"] = AmazonSimulator.SimulatedClient.DefaultSecret,
        ["Amazon:AuthorizationEndpoint"] = new Uri(amazon, "/ap/oa").ToString(),
        ["Amazon:ApiBaseUrl"] = amazon.ToString(),
        ["Broker:PublicUrl"] = PublicUrl.ToString(),
        ["Management:Url"] = "http://127.0.0.1:0",
        ["Secrets:Directory"] = "/nonexistent",
        ["RateLimit:LoginsPerMinute"] = "10000", // all tests are one client
    };

    /// <summary>At the management listener: <c>live</c> or <c>ready</c>.</summary>
    public async Task<HttpResponseMessage> HealthAsync(string state)
    {
        using var http = new HttpClient();
        return await http.GetAsync(new Uri(ManagementUrl, $"/health/{state}"), TestContext.Current.CancellationToken);
    }

    public async Task<bool> IsReadyAsync() => (await HealthAsync("ready")).IsSuccessStatusCode;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static WebApplication Build(Uri amazon, TimeProvider clock, (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development, Args = [QuietServer.WatchNoFiles] });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(Settings(amazon));
        builder.Configuration.AddInMemoryCollection([new("Serilog:MinimumLevel:Default", "Fatal"), new("Serilog:MinimumLevel:Override:Microsoft.AspNetCore", "Fatal")]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        foreach (var (_, file) in settings.Where(setting => setting.Key.StartsWith(SettingsFile, StringComparison.Ordinal)))
        {
            builder.Configuration.AddJsonFile(file, optional: false, reloadOnChange: true);
        }

        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddBroker();
        builder.Services.AddSingleton(clock);
        return builder.Build();
    }
}
