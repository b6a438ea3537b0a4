using System.ComponentModel;
using System.Reflection;

namespace BffBroker.Settings;

/// <summary>
/// Settings are text. The framework's binder stops at the first one that it cannot convert; here all of them are found, and the others are
/// bound all the same, so that one start tells every problem.
/// </summary>
internal static class SettingText
{
    /// <summary>What an editor leaves at the end of a secret's file.</summary>
    public static readonly char[] LineBreak = ['\r', '\n'];

    public static void BindReadable(IConfigurationSection section, object options)
    {
        var unreadable = Unreadable(section, options.GetType()).Select(setting => setting.Path).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var readable = section.AsEnumerable()
            .Where(setting => !unreadable.Contains(setting.Key))
            .Select(setting => KeyValuePair.Create(setting.Key[section.Path.Length..].TrimStart(':'), setting.Value?.TrimEnd(LineBreak)))
            .Where(setting => setting.Key.Length > 0);
        new ConfigurationBuilder().AddInMemoryCollection(readable).Build().Bind(options);
    }

    public static IEnumerable<(string Path, Type Type)> Unreadable(IConfigurationSection section, Type options) =>
        options.GetProperties(BindingFlags.Public | BindingFlags.Instance).SelectMany(property => Unreadable(section, property));

    private static IEnumerable<(string Path, Type Type)> Unreadable(IConfigurationSection section, PropertyInfo property)
    {
        var setting = section.GetSection(property.Name);
        if (property.PropertyType is { IsGenericType: true } list && list.GetGenericTypeDefinition() == typeof(IList<>))
        {
            // The binder would take a text for a list of nothing.
            var element = list.GetGenericArguments()[0];
            return setting.Value is { Length: > 0 } ? [(setting.Path, list)]
                : element == typeof(string) ? []
                : setting.GetChildren().SelectMany(child => Unreadable(child, element));
        }

        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type.IsValueType && property.CanWrite && setting.Value is { Length: > 0 } text && !IsReadable(text, type) ? [(setting.Path, type)] : [];
    }

    private static bool IsReadable(string text, Type type)
    {
        try
        {
            // "8" would be eight days to the framework, and eight hours or seconds to whoever wrote it.
            return (type != typeof(TimeSpan) || text.Contains(':', StringComparison.Ordinal))
                && TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text) is not null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }
}
