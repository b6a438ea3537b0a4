using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace AmazonSimulator;

/// <summary>The simulator as a program of its own: a default address, and start-up failures a person can act on.</summary>
internal static class SimulatorProcess
{
    private const string DefaultUrl = "http://localhost:9090";

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["healthcheck", var url])
        {
            return await HealthCheck.RunAsync(url);
        }

        var builder = WebApplication.CreateBuilder(args);
        // The host would print a failed start with its stack trace; it is reported below, in one line.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        if (!NamesAnAddress(builder.Configuration))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        try
        {
            builder.AddAmazonSimulator();
            var app = builder.Build();
            await using (app.ConfigureAwait(false))
            {
                app.UseAmazonSimulator();
                await app.RunAsync();
            }

            return 0;
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            return await FailAsync($"{failure.Message} Choose another address, for example: --urls http://localhost:9091");
        }
        catch (Exception failure) when (failure is OptionsValidationException or FormatException)
        {
            return await FailAsync(failure.Message);
        }
    }

    private static bool NamesAnAddress(ConfigurationManager configuration) =>
        configuration["urls"] is not null || configuration["http_ports"] is not null || configuration["https_ports"] is not null
        || configuration.GetSection("Kestrel:Endpoints").Exists();

    private static async Task<int> FailAsync(string reason)
    {
        await Console.Error.WriteLineAsync($"The simulator did not start: {reason}");
        return 1;
    }
}
