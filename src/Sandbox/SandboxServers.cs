using AmazonSimulator;
using BffBroker;
using BffBroker.Management;
using BffBroker.Settings;

namespace Sandbox;

/// <summary>The simulator, and the broker with the demo page: two servers that know each other's address.</summary>
internal static class SandboxServers
{
    /// <summary>Short, so that refreshes can be watched.</summary>
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromSeconds(60);

    public static WebApplication BuildAmazon(SandboxOptions options)
    {
        var builder = Builder();
        builder.Logging.ClearProviders();
        builder.AddAmazonSimulator(simulator =>
        {
            simulator.Settings.TokenLifetime = TokenLifetime;
            simulator.Clients[0].AddRedirectUri(new Uri(options.PublicUrl, "/callback").ToString());
        });
        builder.WebHost.UseUrls(options.AmazonUrl.ToString());

        var app = builder.Build();
        app.UseAmazonSimulator();
        return app;
    }

    /// <param name="options">Where both are.</param>
    /// <param name="settings">The broker's, beside those that make it the sandbox's.</param>
    public static WebApplication BuildBroker(SandboxOptions options, params (string Key, string Value)[] settings)
    {
        var builder = Builder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Amazon:ClientId"] = SimulatedClient.DefaultId,
            ["Amazon:ClientSecret"] = SimulatedClient.DefaultSecret,
            ["Amazon:AuthorizationEndpoint"] = new Uri(options.AmazonUrl, "/ap/oa").ToString(),
            ["Amazon:ApiBaseUrl"] = options.AmazonUrl.ToString(),
            ["Amazon:Scopes:0:Name"] = "profile",
            ["Amazon:Scopes:0:Essential"] = "true",
            ["Amazon:Scopes:1:Name"] = "postal_code",
            ["Amazon:Scopes:1:Essential"] = "false",
            ["Broker:PublicUrl"] = options.PublicUrl.ToString(),
            ["Management:Url"] = "http://127.0.0.1:0",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.AddBroker();
        builder.WebHost.UseUrls($"{options.BrokerUrl.Scheme}://localhost:{options.BrokerUrl.Port}"); // on this machine alone, whatever its name there
        if (options.BrokerUrl.Scheme == Uri.UriSchemeHttps)
        {
            var certificate = ThrowAwayCertificate.For(options.BrokerUrl.Host);
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate));
        }

        var app = builder.Build();
        if (BrokerProcess.ProblemsOf(app.Services).Count == 0)
        {
            app.UseBroker();
            app.UseDemoPage();
        }

        return app;
    }

    // Its settings are its own: what the shell has set for a real broker stays out, but for the choice of a store.
    private static WebApplicationBuilder Builder()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            EnvironmentName = Environments.Development,
            ContentRootPath = AppContext.BaseDirectory,
            Args = ["--hostBuilder:reloadConfigOnChange=false"], // or files are watched that nobody reads; Linux gives a user 128 watchers
        });
        string[] ofRedis = ["ConnectionStrings:Redis", "Redis:User", "Redis:Password"];
        var redis = ofRedis.Select(key => KeyValuePair.Create(key, builder.Configuration[key])).ToList();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(redis)
        {
            ["Secrets:Directory"] = "",
            ["Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime"] = "Warning",
        });
        return builder;
    }
}
