using AmazonSimulator;
using BffBroker;
using BffBroker.Management;
using BffBroker.Settings;
using Microsoft.AspNetCore.Connections;

namespace Sandbox;

/// <summary>Simulator, broker and demo page in one process: the main job with nothing installed but the SDK.</summary>
internal static class SandboxProcess
{
    /// <summary>Short, so that refreshes can be watched.</summary>
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string[] args)
    {
        if (SandboxOptions.Parse(args) is not { } options)
        {
            return 2;
        }

        await using var amazon = BuildAmazon(options);
        await using var broker = BuildBroker(options);
        if (BrokerProcess.ProblemsOf(broker.Services) is { Count: > 0 } problems)
        {
            await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, problems));
            return BrokerProcess.BadConfiguration;
        }

        try
        {
            await amazon.StartAsync();
            await broker.StartAsync();
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"{exception.Message} Choose other ports: dotnet run --project src/Sandbox -- --port 8090 --amazon-port 9091");
            return 1;
        }

        await Console.Out.WriteLineAsync(Welcome(options, broker));
        await broker.WaitForShutdownAsync();
        await amazon.StopAsync();
        return 0;
    }

    private static WebApplication BuildAmazon(SandboxOptions options)
    {
        var builder = Builder();
        builder.Logging.ClearProviders();
        builder.AddAmazonSimulator(simulator =>
        {
            simulator.Settings.TokenLifetime = TokenLifetime;
            simulator.Clients[0].AddRedirectUri(new Uri(options.BrokerUrl, "/callback").ToString());
        });
        builder.WebHost.UseUrls(options.AmazonUrl.ToString());

        var app = builder.Build();
        app.UseAmazonSimulator();
        return app;
    }

    private static WebApplication BuildBroker(SandboxOptions options)
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
            ["Broker:PublicUrl"] = options.BrokerUrl.ToString(),
            ["Management:Url"] = "http://127.0.0.1:0",
        });
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
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development, ContentRootPath = AppContext.BaseDirectory });
        var redis = builder.Configuration["ConnectionStrings:Redis"];
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Redis"] = redis,
            ["Secrets:Directory"] = "",
            ["Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime"] = "Warning",
        });
        return builder;
    }

    private static string Welcome(SandboxOptions options, WebApplication broker) => $$"""

        BffBroker sandbox: a demo page, the broker, and an Amazon that is simulated.

          Open        {{options.BrokerUrl}}   the demo page: log in as any sample customer
          Amazon      {{options.AmazonUrl}}   the simulator: its start page lists what can be switched
          Health      {{broker.Services.GetServices<IHostedService>().OfType<ManagementHost>().Single().Address}}/health/ready

        Try:
          - Log in, and look at cookies and storage in the browser's tools: no token anywhere.
          - Tokens live {{TokenLifetime.TotalSeconds:0}} s. Call /me again after that: the broker has refreshed, the cookie is the same.
          - Make Amazon slow:  curl --json '{"operation":"profile","fault":"slow","seconds":6,"always":true}' {{options.AmazonUrl}}simulator/faults
            and well again:   curl -X DELETE {{options.AmazonUrl}}simulator/faults

        Sessions live in {{(broker.Configuration.HasRedis ? "Redis" : "memory, and end with this process; set ConnectionStrings__Redis to keep them in Redis")}}.
        Ctrl+C ends it.

        """;
}
