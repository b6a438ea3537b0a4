using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>
/// Makes a record that takes three things to read: the key ring, its certificate, and the cookie. Inside is AES-256-GCM under a key derived
/// from the session key, with format, handle and generation as associated data, so that a record copied to another handle, or an old one put
/// back under a new generation, does not open; around it is Data Protection.
/// </summary>
internal sealed class SessionSeal(KeyRing keyRing)
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private static readonly byte[] Purpose = "BffBroker session record v1"u8.ToArray();

    public byte[] Seal(Session session, CookieSecret key, long generation)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(SessionRecord.From(session), SessionRecordJson.Default.SessionRecord);
        var box = new byte[NonceSize + content.Length + TagSize];
        var nonce = box.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);

        using var cipher = new AesGcm(DeriveKey(key), TagSize);
        cipher.Encrypt(nonce, content, box.AsSpan(NonceSize, content.Length), box.AsSpan(NonceSize + content.Length), AssociatedData(key, StoredSession.CurrentFormat, generation));
        return keyRing.SealSession(box);
    }

    /// <summary>Null for a record that this key, at this generation, did not seal.</summary>
    public async ValueTask<Session?> OpenAsync(StoredSession stored, CookieSecret key)
    {
        if (!stored.IsOfKnownFormat || await keyRing.OpenSessionAsync(stored.Sealed) is not { Length: > NonceSize + TagSize } box)
        {
            return null;
        }

        var content = new byte[box.Length - NonceSize - TagSize];
        using var cipher = new AesGcm(DeriveKey(key), TagSize);
        try
        {
            cipher.Decrypt(
                box.AsSpan(0, NonceSize),
                box.AsSpan(NonceSize, content.Length),
                box.AsSpan(NonceSize + content.Length),
                content,
                AssociatedData(key, stored.Format, stored.Generation));
            return RecordFormats.Read(stored.Format, content);
        }
        catch (Exception exception) when (exception is AuthenticationTagMismatchException or JsonException)
        {
            return null;
        }
    }

    private static byte[] DeriveKey(CookieSecret key) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Bytes.ToArray(), 32, info: Purpose);

    private static byte[] AssociatedData(CookieSecret key, int format, long generation)
    {
        var handle = Encoding.ASCII.GetBytes(SessionHandle.Of(key).Value);
        var data = new byte[sizeof(int) + sizeof(long) + handle.Length];
        BinaryPrimitives.WriteInt32BigEndian(data, format);
        BinaryPrimitives.WriteInt64BigEndian(data.AsSpan(sizeof(int)), generation);
        handle.CopyTo(data, sizeof(int) + sizeof(long));
        return data;
    }
}
