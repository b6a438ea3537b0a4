using System.Buffers.Text;
using System.Security.Cryptography;

namespace BffBroker.OAuth;

/// <summary>
/// 256 random bits that only a browser's cookie holds: the session key, or the login key that binds a <c>state</c> to its browser.
/// In a cookie it is base64url, 43 characters.
/// </summary>
internal sealed class CookieSecret
{
    public const int Size = 32;
    private const int EncodedLength = 43;

    private readonly byte[] _bytes;

    private CookieSecret(byte[] bytes) => _bytes = bytes;

    public ReadOnlySpan<byte> Bytes => _bytes;

    public static CookieSecret Create() => new(RandomNumberGenerator.GetBytes(Size));

    /// <summary>Null for whatever <see cref="Encode"/> could not have written.</summary>
    public static CookieSecret? Parse(string? value) =>
        value is { Length: EncodedLength } && StrictBase64Url.Decode(value) is { Length: Size } bytes ? new(bytes) : null;

    public string Encode() => Base64Url.EncodeToString(_bytes);

    /// <summary>SHA-256 of the 32 bytes: what may be stored or shown where the secret itself may not.</summary>
    public byte[] Hash() => SHA256.HashData(_bytes);

    /// <summary>Tells it from others, and no more.</summary>
    public string Ref => Base64Url.EncodeToString(Hash())[..8];

    public override string ToString() => "[cookie secret]";
}
