using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AmazonSimulator;

/// <summary>A PKCE challenge (RFC 7636).</summary>
/// <param name="Hashed">True for <c>S256</c>; <c>plain</c>, also when no method is named.</param>
internal sealed record CodeChallenge(string Value, bool Hashed)
{
    public const string S256 = "S256";

    private const string Plain = "plain";

    public static bool IsWellFormed(string challenge, string? method) => method is null or Plain or S256 && IsUnreserved(challenge);

    public bool IsMetBy(string verifier) => IsUnreserved(verifier)
        && (Hashed ? Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) : verifier) == Value;

    // RFC 7636 4.1 and 4.2 have the same alphabet and length for both.
    private static bool IsUnreserved(string text) =>
        text.Length is >= 43 and <= 128 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_' or '~');
}
