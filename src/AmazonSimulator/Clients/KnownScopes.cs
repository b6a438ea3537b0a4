namespace AmazonSimulator;

/// <summary>The scopes of the customer profile. There is no <c>openid</c>: Login with Amazon is not OpenID Connect.</summary>
internal static class KnownScopes
{
    public const string Profile = "profile";

    public const string UserId = "profile:user_id";

    public const string PostalCode = "postal_code";

    public static IReadOnlyList<string> OfProfile { get; } = [Profile, UserId, PostalCode];

    /// <summary>Amazon asks nobody for consent to an identifier that says nothing about them.</summary>
    public static bool NeedsConsent(string scope) => scope != UserId;

    public static string Describe(string scope) => scope switch
    {
        Profile => "Your name and e-mail address",
        UserId => "An identifier that only this company sees",
        PostalCode => "The postal code of your main shipping address",
        _ => scope,
    };
}
