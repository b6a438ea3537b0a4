using Microsoft.Extensions.Options;

namespace BffBroker.Settings;

/// <summary>
/// A list that lets everybody in where it is left out. An operator says so by leaving it out at the start, and in no other way: a list that is there
/// without an entry is a mistake, and so is one that loses its last entry while the broker runs.
/// </summary>
/// <param name="remedy">How an entry is written.</param>
/// <param name="isOpen">Whether these options let everybody in.</param>
internal sealed class AllowList<TOptions>(IConfiguration configuration, string key, string remedy, Func<TOptions, bool> isOpen) : IValidateOptions<TOptions>
    where TOptions : class
{
    // The binder makes the same of a list that is left out and of one that is there and empty. The configuration tells them apart.
    private bool IsThere => (ConfigurationPath.GetParentPath(key) is { } parent ? configuration.GetSection(parent) : configuration).GetChildren()
        .Any(child => child.Key.Equals(ConfigurationPath.GetSectionKey(key), StringComparison.OrdinalIgnoreCase));

    private bool HasText => configuration[key]?.Trim(';') is { Length: > 0 };

    public ValidateOptionsResult Validate(string? name, TOptions options) => isOpen(options) && IsThere && !HasText
        ? ValidateOptionsResult.Fail($"{key}: Has no entry, which would let everybody in. {remedy} To let everybody in, leave the setting out.")
        : ValidateOptionsResult.Success;

    /// <summary>What is wrong with a change while the broker runs, although the broker could start with the new values.</summary>
    public IEnumerable<string> ProblemsOf(TOptions last, TOptions next)
    {
        if (!isOpen(last) && isOpen(next))
        {
            yield return $"{key}: The change would let everybody in. {remedy} To let everybody in, leave the setting out and restart the broker.";
        }
    }
}
