using System.Buffers.Binary;
using System.Buffers.Text;
using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>The hash of a session key: names the record in the store, and is public, since it cannot be turned back into a cookie.</summary>
internal readonly record struct SessionHandle(string Value)
{
    /// <summary>What a log may show of a session.</summary>
    public string Ref => Value[..8];

    public static SessionHandle Of(CookieSecret sessionKey) => new(Base64Url.EncodeToString(sessionKey.Hash()));

    /// <summary>Null for whatever <see cref="Of"/> could not have made.</summary>
    public static SessionHandle? Parse(string? value) =>
        value is { Length: 43 } && StrictBase64Url.Decode(value) is not null ? new SessionHandle(value) : null;

    /// <summary>At least 0 and less than 1: spreads sessions out, and each the same way on all nodes.</summary>
    public double Spread
    {
        get
        {
            Span<byte> bytes = stackalloc byte[3];
            _ = Base64Url.DecodeFromChars(Value.AsSpan(0, 4), bytes);
            return BinaryPrimitives.ReadUInt16BigEndian(bytes) / 65536.0;
        }
    }

    public override string ToString() => Ref;
}
