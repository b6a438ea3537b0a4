using System.Security.Cryptography;

namespace BffBroker.OAuth;

/// <summary>
/// What travels in <c>state</c>, sealed: all that the callback must know about the login it ends. Nothing of a login is stored before then.
/// </summary>
/// <param name="Nonce">256 random bits: names this login, once.</param>
/// <param name="ReturnUrl">Where the browser wants to go.</param>
/// <param name="Scopes">What Amazon was asked for.</param>
/// <param name="IssuedAt">When the login began, to the second.</param>
/// <param name="LoginKeyHash">SHA-256 of the login cookie: binds the login to one browser (RFC 6749 10.12).</param>
internal sealed record LoginState(byte[] Nonce, string ReturnUrl, Scopes Scopes, DateTimeOffset IssuedAt, byte[] LoginKeyHash)
{
    private const byte Format = 1;
    private const int HashSize = 32;

    public static LoginState Begin(ReturnUrl returnUrl, Scopes scopes, CookieSecret loginKey, DateTimeOffset now) =>
        new(RandomNumberGenerator.GetBytes(HashSize), returnUrl.Value, scopes, now, loginKey.Hash());

    public bool BelongsTo(CookieSecret loginKey) => CryptographicOperations.FixedTimeEquals(loginKey.Hash(), LoginKeyHash);

    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer);
        writer.Write(Format);
        writer.Write(Nonce);
        writer.Write(LoginKeyHash);
        writer.Write(IssuedAt.ToUnixTimeSeconds());
        writer.Write(ReturnUrl);
        writer.Write(Scopes.ToString());
        return buffer.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; only ever given bytes whose seal was good. Null for another version's format.</summary>
    public static LoginState? FromBytes(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        if (reader.ReadByte() != Format)
        {
            return null;
        }

        var nonce = reader.ReadBytes(HashSize);
        var loginKeyHash = reader.ReadBytes(HashSize);
        var issuedAt = DateTimeOffset.FromUnixTimeSeconds(reader.ReadInt64());
        return new(nonce, reader.ReadString(), Scopes.Parse(reader.ReadString()), issuedAt, loginKeyHash);
    }
}
