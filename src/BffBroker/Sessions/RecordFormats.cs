using System.Collections.Frozen;
using System.Text.Json;

namespace BffBroker.Sessions;

/// <summary>
/// How the sealed content of a record is read, by its format. A release reads what itself and its predecessor write, and writes a format only one
/// release after it can be read: so two releases run side by side, and the newer one can be taken back.
/// </summary>
internal static class RecordFormats
{
    // One member more or less is another format: a node that does not know a member would drop it at its next save.
    private static readonly FrozenDictionary<int, Func<byte[], Session?>> Readers = new Dictionary<int, Func<byte[], Session?>>
    {
        [1] = content => JsonSerializer.Deserialize(content, SessionRecordJson.Default.SessionRecord)?.ToSession(),
    }.ToFrozenDictionary();

    public static bool IsKnown(int format) => Readers.ContainsKey(format);

    /// <exception cref="JsonException">It is not what it says.</exception>
    public static Session? Read(int format, byte[] content) => Readers[format](content);
}
