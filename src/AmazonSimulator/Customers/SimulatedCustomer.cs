using System.Security.Cryptography;
using System.Text;

namespace AmazonSimulator;

/// <summary>A made-up person with an Amazon account.</summary>
internal sealed record SimulatedCustomer(string Id, string Name, string? Email, string? PostalCode)
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The <c>user_id</c> one company sees. It is stable, and tells two companies nothing about being the same person.</summary>
    public string UserIdFor(string company)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{company}\n{Id}"));
        return $"amzn1.account.A{string.Concat(hash[..27].Select(octet => Base32[octet & 31]))}";
    }
}
