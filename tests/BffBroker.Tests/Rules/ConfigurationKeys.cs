using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using BffBroker.Amazon;
using BffBroker.Api;
using BffBroker.Endpoints;
using BffBroker.Redis;
using BffBroker.Sessions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Rules;

/// <summary>Every configuration key that the code reads, each with its default as the README writes it.</summary>
internal static partial class ConfigurationKeys
{
    // What an unset value stands for is decided where it is used.
    private static readonly Dictionary<string, string> MeaningOfUnset = new()
    {
        ["Amazon:AuthorizationEndpoint"] = "by region",
        ["Amazon:ApiBaseUrl"] = "by region",
        ["Amazon:Scopes:N:Name"] = $"`{new AmazonOptions().ScopesAtLogin}`",
        ["Amazon:Scopes:N:Essential"] = "unset",
        ["Session:CookieName"] = $"`{CookieNames.Of(new SessionOptions()).Session}`",
        ["KeyRing:CertificateFile"] = "required outside Development",
        ["KeyRing:CertificateKeyFile"] = "the same file",
        ["Gateway:Key"] = "required with it",
        ["Gateway:AllowedUsers:N"] = "everybody",
    };

    // Sections of libraries, which read them by themselves.
    private static readonly Dictionary<string, string> OfOthers = new()
    {
        ["AllowedHosts"] = "`*`",
        [ApiRules.Section] = "none",
        ["Serilog"] = "console; JSON outside Development",
    };

    public static IReadOnlyList<Type> OptionsClasses { get; } =
        [.. typeof(Broker).Assembly.GetTypes().Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && SectionOf(type) is not null)];

    /// <summary>What the composition root binds, by name.</summary>
    public static IEnumerable<string> BoundClasses => Sources.Of("src/BffBroker").SelectMany(file => AddSection.Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value);

    /// <summary>Keys that the source reads by name, without a class.</summary>
    public static IReadOnlyList<(string Key, string? Default)> ReadByName { get; } =
    [
        .. Sources.Of("src/BffBroker").SelectMany(file => ReadsByName.Matches(File.ReadAllText(file)))
            .Select(match => (match.Groups["key"].Value, match.Groups["default"] is { Success: true, Value: var text } ? text : null)),
    ];

    public static IReadOnlyDictionary<string, string> All { get; } = OptionsClasses.SelectMany(type => KeysOf(type, SectionOf(type)!))
        .Concat(OfOthers)
        .Concat(ReadByName.Where(read => read.Default is not null).Select(read => KeyValuePair.Create(read.Key, $"`{read.Default}`")))
        .ToDictionary();

    private static string? SectionOf(Type type) => type.GetField("Section")?.GetRawConstantValue() as string;

    private static IEnumerable<KeyValuePair<string, string>> KeysOf(Type type, string path)
    {
        var defaults = Activator.CreateInstance(type)!;
        return type.GetProperties(BindingFlags.Public | BindingFlags.Instance).SelectMany(property => KeysOf(property, $"{path}:{property.Name}", property.GetValue(defaults)));
    }

    private static IEnumerable<KeyValuePair<string, string>> KeysOf(PropertyInfo property, string key, object? value)
    {
        if (property.PropertyType is { IsGenericType: true } list && list.GetGenericTypeDefinition() == typeof(IList<>))
        {
            var element = list.GetGenericArguments()[0];
            return element == typeof(string) ? [new($"{key}:N", Default(property, $"{key}:N", null))] : KeysOf(element, $"{key}:N");
        }

        key = key == "Redis:ConnectionString" ? "ConnectionStrings:Redis" : key;
        return property.CanWrite ? [new(key, Default(property, key, value))] : [];
    }

    private static string Default(PropertyInfo property, string key, object? value) => value switch
    {
        null or "" when property.GetCustomAttribute<RequiredAttribute>() is not null => "required",
        null or "" => MeaningOfUnset.GetValueOrDefault(key, "none"),
        bool flag => flag ? "`true`" : "`false`",
        IFormattable formattable => $"`{formattable.ToString(null, CultureInfo.InvariantCulture)}`",
        _ => $"`{value}`",
    };

    [GeneratedRegex(@"\.AddSection<(\w{2,}Options)\b")]
    private static partial Regex AddSection { get; }

    [GeneratedRegex("""onfiguration(?:\.GetSection\(|\[)"(?<key>[^"]+)"[\])](?: \?\? "(?<default>[^"]+)")?""")]
    private static partial Regex ReadsByName { get; }
}
