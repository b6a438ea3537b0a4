using System.Security.Cryptography;
using System.Text;

namespace AmazonSimulator;

/// <summary>How tokens look, and how they are kept.</summary>
internal static class TokenText
{
    public const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static string NewAccessToken(int length) => NewToken("Atza|", length);

    public static string NewRefreshToken(int length) => NewToken("Atzr|", length);

    /// <summary>Tokens are stored by hash: long ones take no memory, and a dump of it shows none.</summary>
    public static string Hash(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static string NewToken(string prefix, int length) => prefix + RandomNumberGenerator.GetString(Alphabet, length - prefix.Length);
}
