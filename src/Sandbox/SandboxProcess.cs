using BffBroker.Management;
using BffBroker.Settings;
using Microsoft.AspNetCore.Connections;

namespace Sandbox;

/// <summary>Simulator, broker and demo page in one process: the main job with nothing installed but the SDK.</summary>
internal static class SandboxProcess
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (SandboxOptions.Parse(args) is not { } options)
        {
            return 2;
        }

        await using var amazon = SandboxServers.BuildAmazon(options);
        await using var broker = SandboxServers.BuildBroker(options);
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

    private static string Welcome(SandboxOptions options, WebApplication broker) => $$"""

        BffBroker sandbox: a demo page, the broker, and an Amazon that is simulated.

          Open        {{options.PublicUrl}}   the demo page: log in as any sample customer
          Amazon      {{options.AmazonUrl}}   the simulator: its start page lists what can be switched
          Health      {{broker.Services.GetServices<IHostedService>().OfType<ManagementHost>().Single().Address}}/health/ready

        Try:
          - Log in, and look at cookies and storage in the browser's tools: no token anywhere.
          - Tokens live {{SandboxServers.TokenLifetime.TotalSeconds:0}} s. Call /me again after that: the broker has refreshed, the cookie is the same.
          - Make Amazon slow:  curl --json '{"operation":"profile","fault":"slow","seconds":6,"always":true}' {{options.AmazonUrl}}simulator/faults
            and well again:   curl -X DELETE {{options.AmazonUrl}}simulator/faults

        Sessions live in {{(broker.Configuration.HasRedis ? "Redis" : "memory, and end with this process; set ConnectionStrings__Redis to keep them in Redis")}}.
        Ctrl+C ends it.

        """;
}
