namespace BffBroker.Sessions;

/// <summary>What a user's index says of one session.</summary>
/// <param name="UserAgent">As the browser called itself at the login; null when it did not.</param>
/// <param name="Browser">Names the login cookie of the login, which all tabs of a browser share while they log in. Null for an entry that was put back.</param>
internal sealed record IndexEntry(DateTimeOffset CreatedAt, string? UserAgent, string? Browser)
{
    private const byte Format = 1;

    /// <summary>With the two handles, so that an entry that was copied elsewhere does not count there.</summary>
    public byte[] ToBytes(UserHandle user, SessionHandle session)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer);
        writer.Write(Format);
        writer.Write(user.Value);
        writer.Write(session.Value);
        writer.Write(CreatedAt.ToUnixTimeMilliseconds());
        writer.Write(UserAgent ?? "");
        writer.Write(Browser ?? "");
        return buffer.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; only ever given bytes whose seal was good. Null for another place or another version's format.</summary>
    public static IndexEntry? FromBytes(byte[] bytes, UserHandle user, SessionHandle session)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        if (reader.ReadByte() != Format || reader.ReadString() != user.Value || reader.ReadString() != session.Value)
        {
            return null;
        }

        var createdAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64());
        return new(createdAt, ReadText(reader), ReadText(reader));
    }

    private static string? ReadText(BinaryReader reader) => reader.ReadString() is { Length: > 0 } text ? text : null;
}
