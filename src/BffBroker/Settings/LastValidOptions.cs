using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace BffBroker.Settings;

/// <summary>
/// Options that change while the broker runs. A change that breaks a rule, such as a secret's file that is just being written, counts when it
/// keeps them again; until then the last valid values stay in force. The validation at the start reads them here first.
/// </summary>
internal sealed partial class LastValidOptions<TOptions> : IOptionsMonitor<TOptions>, IDisposable
    where TOptions : class
{
    private readonly Lock _reading = new();
    private readonly IOptionsFactory<TOptions> _factory;
    private readonly IEnumerable<AllowList<TOptions>> _allowLists;
    private readonly ILogger<LastValidOptions<TOptions>> _logger;
    private readonly List<IDisposable> _watches;
    private volatile TOptions? _last;
    private string? _told;

    public LastValidOptions(
        IOptionsFactory<TOptions> factory,
        IEnumerable<IOptionsChangeTokenSource<TOptions>> sources,
        IEnumerable<AllowList<TOptions>> allowLists,
        ILogger<LastValidOptions<TOptions>> logger)
    {
        (_factory, _allowLists, _logger) = (factory, allowLists, logger);
        _watches = [.. sources.Select(source => ChangeToken.OnChange(source.GetChangeToken, Reload))];
    }

    private event Action<TOptions, string?>? Changed;

    /// <summary>Throws <see cref="OptionsValidationException"/> until the values have been valid once.</summary>
    public TOptions CurrentValue => _last ?? First();

    public TOptions Get(string? name) => CurrentValue;

    /// <param name="listener">Learns of changes that have come into force, and of no others.</param>
    public IDisposable OnChange(Action<TOptions, string?> listener)
    {
        Changed += listener;
        return new Subscription(() => Changed -= listener);
    }

    public void Dispose() => _watches.ForEach(watch => watch.Dispose());

    private TOptions First()
    {
        lock (_reading)
        {
            return _last ??= _factory.Create(Options.DefaultName);
        }
    }

    // At once, and not when somebody asks: the log tells of a bad change while its author still looks.
    private void Reload()
    {
        TOptions next;
        lock (_reading)
        {
            if (_last is not { } last)
            {
                return;
            }

            try
            {
                next = Create(last);
            }
            catch (OptionsValidationException exception)
            {
                TellOnce(exception.Message);
                return;
            }

            (_last, _told) = (next, null);
        }

        Changed?.Invoke(next, Options.DefaultName);
    }

    private TOptions Create(TOptions last)
    {
        var next = _factory.Create(Options.DefaultName);
        var problems = _allowLists.SelectMany(list => list.ProblemsOf(last, next)).ToList();
        return problems.Count == 0 ? next : throw new OptionsValidationException(Options.DefaultName, typeof(TOptions), problems);
    }

    // Every reading of any file leads here.
    private void TellOnce(string problems)
    {
        if (_told != problems)
        {
            _told = problems;
            Log.Ignored(_logger, problems);
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }

    private static partial class Log
    {
        [LoggerMessage(6001, LogLevel.Error, "A change of the configuration is not valid, and the values of before stay in force: {Problems}")]
        public static partial void Ignored(ILogger logger, string problems);
    }
}
