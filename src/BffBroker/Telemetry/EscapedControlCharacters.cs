using System.Globalization;
using System.Text;
using Serilog.Core;
using Serilog.Events;

namespace BffBroker.Telemetry;

/// <summary>
/// Escapes what a terminal obeys, or what looks like the end of a line, in every text that a line quotes: a path may have any byte in it, and the console
/// prints it as it is in Development, as does any other sink for text.
/// </summary>
internal sealed class EscapedControlCharacters : ILogEventEnricher
{
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        List<LogEventProperty>? escaped = null;
        foreach (var (name, value) in logEvent.Properties)
        {
            if (value is ScalarValue { Value: string text } && text.Any(IsObeyed))
            {
                (escaped ??= []).Add(new(name, new ScalarValue(Escape(text))));
            }
        }

        foreach (var property in escaped ?? [])
        {
            logEvent.AddOrUpdateProperty(property);
        }
    }

    // Format: characters that turn the direction of a line, or cannot be seen.
    private static bool IsObeyed(char character) =>
        char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            _ = IsObeyed(character) ? escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}") : escaped.Append(character);
        }

        return escaped.ToString();
    }
}
