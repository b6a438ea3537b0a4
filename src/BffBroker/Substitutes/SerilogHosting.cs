using Serilog.Core;
using Serilog.Extensions.Logging;

namespace Serilog;

/// <summary>Serilog as the host's logger, as Serilog.AspNetCore registers it.</summary>
internal static class SerilogServiceCollectionExtensions
{
    public static IServiceCollection AddSerilog(
        this IServiceCollection collection, Action<IServiceProvider, LoggerConfiguration> configureLogger, bool preserveStaticLogger = false) =>
        collection
            .AddSingleton(services =>
            {
                var configuration = new LoggerConfiguration();
                configureLogger(services, configuration);
                return configuration.CreateLogger();
            })
            .AddSingleton<ILogger>(services => services.GetRequiredService<Logger>())
            .AddSingleton<ILoggerFactory>(services => new SerilogLoggerFactory(services.GetRequiredService<Logger>()));
}
