using System.Security.Cryptography;
using System.Text;

namespace AmazonSimulator;

/// <summary>An app registered with Login with Amazon: its security profile, as the developer console shows it.</summary>
internal sealed class SimulatedClient
{
    public const string DefaultId = "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef";

    public const string DefaultSecret = "amzn1.oa2-cs.v1.00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    /// <summary>Documented for <c>client_id</c>.</summary>
    public const int MaxIdLength = 100;

    public string Id { get; set; } = "";

    public string Secret { get; set; } = "";

    /// <summary>Still accepted while a rotation is under way.</summary>
    public string? PreviousSecret { get; set; }

    /// <summary>Apps of one company see the same <c>user_id</c>; another company sees another.</summary>
    public string Company { get; set; } = "Example Company";

    public IList<string> RedirectUris { get; private set; } = [];

    /// <summary>The scopes this client may ask for; empty means the three of the customer profile.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>What tokeninfo calls <c>app_id</c>.</summary>
    public string AppId => $"amzn1.application.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Id)))[..32]}";

    public static SimulatedClient CreateDefault() => new()
    {
        Id = DefaultId,
        Secret = DefaultSecret,
        RedirectUris = { "http://localhost:8080/callback", "https://localhost:8443/callback" },
    };

    public bool MayAskFor(string scope) => Scopes.Count == 0 ? KnownScopes.OfProfile.Contains(scope) : Scopes.Contains(scope);

    public bool HasSecret(string secret) => Matches(Secret, secret) || (PreviousSecret is { } previous && Matches(previous, secret));

    /// <summary>Makes a new secret current; the old one is accepted until <see cref="PreviousSecret"/> is set to null.</summary>
    public string RotateSecret()
    {
        PreviousSecret = Secret;
        return Secret = $"amzn1.oa2-cs.v1.{RandomNumberGenerator.GetHexString(64, lowercase: true)}";
    }

    /// <summary>Safe while requests are served: they see the old list or the new one.</summary>
    public void AddRedirectUri(string uri) => RedirectUris = [.. RedirectUris, uri];

    public SimulatedClient Copy()
    {
        var copy = new SimulatedClient { Id = Id, Secret = Secret, PreviousSecret = PreviousSecret, Company = Company };
        foreach (var uri in RedirectUris)
        {
            copy.RedirectUris.Add(uri);
        }

        foreach (var scope in Scopes)
        {
            copy.Scopes.Add(scope);
        }

        return copy;
    }

    private static bool Matches(string expected, string given) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));
}
