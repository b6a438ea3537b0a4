using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace BffBroker.Settings;

/// <summary>What every section is held to: its texts can be read, and its attributes' rules hold. Messages begin with the key, and never quote a value.</summary>
internal sealed class SectionValidator<TOptions>(IConfigurationSection section) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var problems = SettingText.Unreadable(section, typeof(TOptions)).Select(setting => $"{setting.Path}: {Expected(setting.Type)}").ToList();

        var results = new List<ValidationResult>();
        _ = Validator.TryValidateObject(options, new(options), results, validateAllProperties: true);
        problems.AddRange(results.Select(result => $"{section.Path}:{result.MemberNames.First()}: {result.ErrorMessage}"));

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static string Expected(Type type) =>
        type == typeof(TimeSpan) ? "Must be a time, [days.]hours:minutes:seconds, for example '00:00:05'."
        : type == typeof(bool) ? "Must be 'true' or 'false'."
        : type.IsGenericType ? "Must be a list, each item under its number: as an environment variable, this name with '__0', '__1' and so on."
        : type.IsEnum ? $"Must be one of {string.Join(", ", Enum.GetNames(type))}."
        : "Must be a number.";
}
