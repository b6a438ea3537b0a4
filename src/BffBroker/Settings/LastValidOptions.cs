using Microsoft.Extensions.Options;

namespace BffBroker.Settings;

/// <summary>
/// Options that change while the broker runs. A change that breaks a rule, such as a secret's file that is just being written, counts when it
/// keeps them again; until then the last valid values stay in force. The validation at the start reads them here first.
/// </summary>
internal sealed partial class LastValidOptions<TOptions>(IServiceProvider services, ILogger<LastValidOptions<TOptions>> logger) : IOptionsMonitor<TOptions>
    where TOptions : class
{
    private readonly OptionsMonitor<TOptions> _monitor = ActivatorUtilities.CreateInstance<OptionsMonitor<TOptions>>(services);
    private TOptions? _last;
    private string? _told;

    public TOptions CurrentValue
    {
        get
        {
            try
            {
                return _last = _monitor.CurrentValue;
            }
            catch (OptionsValidationException exception) when (_last is not null)
            {
                if (_told != exception.Message)
                {
                    _told = exception.Message;
                    Log.Ignored(logger, exception.Message);
                }

                return _last;
            }
        }
    }

    public TOptions Get(string? name) => CurrentValue;

    public IDisposable? OnChange(Action<TOptions, string?> listener) => _monitor.OnChange(listener);

    private static partial class Log
    {
        [LoggerMessage(6001, LogLevel.Error, "A change of the configuration is not valid, and the values of before stay in force: {Problems}")]
        public static partial void Ignored(ILogger logger, string problems);
    }
}
