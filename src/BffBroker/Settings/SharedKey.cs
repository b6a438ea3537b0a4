using System.Security.Cryptography;
using System.Text;

namespace BffBroker.Settings;

/// <summary>A key that a machine or an operator shows to be let in.</summary>
internal static class SharedKey
{
    private const int Shortest = 32;

    /// <summary>Null for one that nobody guesses, and that survives a header.</summary>
    public static string? ProblemOf(string key) => key.Length < Shortest || key.Any(character => character is <= ' ' or > '~')
        ? "Must have at least 32 printable ASCII characters, without spaces. Make one with: openssl rand -base64 32"
        : null;

    /// <summary>Compares hashes: so the time does not tell the length either.</summary>
    public static bool IsSame(string given, string key) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
