using Yarp.ReverseProxy.Configuration;

namespace BffBroker.Api;

/// <summary>Says what became of a change of the section while the broker runs.</summary>
internal sealed partial class ApiConfigChanges(ILogger<ApiConfigChanges> logger) : IConfigChangeListener
{
    public void ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception) => Log.Ignored(logger, WordsOf(exception));

    public void ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception) => Log.Ignored(logger, WordsOf(exception));

    public void ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
    }

    public void ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
    }

    // YARP wraps what it has found, and what a filter has thrown, in words of its own.
    private static string WordsOf(Exception exception) => exception switch
    {
        AggregateException many => string.Join(' ', many.InnerExceptions.Select(WordsOf)),
        { InnerException: { } inner } => WordsOf(inner),
        _ => exception.Message,
    };

    private static partial class Log
    {
        [LoggerMessage(7001, LogLevel.Error, "A change of the section ReverseProxy is not valid, and the routes of before stay in force: {Problems}")]
        public static partial void Ignored(ILogger logger, string problems);
    }
}
