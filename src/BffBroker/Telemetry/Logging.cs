using System.Globalization;
using Serilog;
using Serilog.Events;
using Serilog.Filters;
using Serilog.Formatting.Json;

namespace BffBroker.Telemetry;

/// <summary>Serilog: JSON outside Development, and nothing that prints a URL with its query.</summary>
internal static class Logging
{
    // These print redirects, request URLs, paths and broken headers whole, with code, state, cookie, handle and user; no level in the configuration
    // may bring them back.
    private static readonly string[] PrintUrls =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.Http.Result.RedirectResult",
        "Microsoft.AspNetCore.HttpLogging",
        "Microsoft.AspNetCore.Routing.Matching",
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
        "Yarp.ReverseProxy.Forwarder",
    ];

    // A failed start is told in one line, with the remedy, by the process; the host would print its stack trace before.
    private const string PrintsFailedStart = "Microsoft.Extensions.Hosting.Internal.Host";

    public static void AddLogging(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var isDevelopment = builder.Environment.IsDevelopment();
        Serilog.Debugging.SelfLog.Enable(Console.Error); // a sink that does not exist must not be silence
        builder.Services.AddSerilog((_, logger) =>
        {
            logger
                .Enrich.With(new RequestPathOfScope(), new EscapedControlCharacters())
                .MinimumLevel.Information()
                .MinimumLevel.Override("Microsoft.AspNetCore", LogEventLevel.Warning)
                .MinimumLevel.Override("Microsoft.Extensions.Diagnostics.HealthChecks", LevelAlias.Off) // repeats event 5001, with the exception
                .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
                .MinimumLevel.Override("Yarp.ReverseProxy.Configuration", LogEventLevel.Warning) // tells of each reading of its section, a bad one's too
                .ReadFrom.Configuration(configuration);

            foreach (var source in PrintUrls.Append(PrintsFailedStart))
            {
                logger.Filter.ByExcluding(Matching.FromSource(source));
            }

            if (!configuration.GetSection("Serilog:WriteTo").Exists())
            {
                WriteToConsole(logger, isDevelopment);
            }
        }, preserveStaticLogger: true);
    }

    private static LoggerConfiguration WriteToConsole(LoggerConfiguration logger, bool isDevelopment) => isDevelopment
        ? logger.WriteTo.Console(formatProvider: CultureInfo.InvariantCulture)
        : logger.WriteTo.Console(new JsonFormatter(renderMessage: true));
}
