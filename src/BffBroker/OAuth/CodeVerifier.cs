using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace BffBroker.OAuth;

/// <summary>
/// The PKCE secret (RFC 7636) of one login. It is derived from the browser's login cookie and the nonce in <c>state</c>: nothing has to be
/// stored for it, and neither half alone gives it.
/// </summary>
internal sealed record CodeVerifier
{
    private static readonly byte[] Purpose = "BffBroker code_verifier v1"u8.ToArray();

    public CodeVerifier(string value) => Value = value;

    public string Value { get; }

    public static CodeVerifier Derive(CookieSecret loginKey, byte[] nonce)
    {
        var bytes = HKDF.DeriveKey(HashAlgorithmName.SHA256, loginKey.Bytes.ToArray(), 32, salt: nonce, info: Purpose);
        return new(Base64Url.EncodeToString(bytes));
    }

    /// <summary>RFC 7636 4.2, method S256.</summary>
    public string Challenge() => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Value)));

    public override string ToString() => "[code verifier]";
}
