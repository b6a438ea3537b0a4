namespace BffBroker.Endpoints;

/// <summary>The headers by which a gateway tells an upstream who its user is. What a client sends under such a name is a lie.</summary>
internal static class IdentityHeaders
{
    public const string User = "X-Auth-Request-User";
    public const string Email = "X-Auth-Request-Email";
    public const string Name = "X-Auth-Request-Name";
    public const string AccessToken = "X-Auth-Request-Access-Token";

    /// <summary>By which a gateway shows that it may have the access token.</summary>
    public const string GatewayKey = "X-Bff-Gateway-Key";

    private const string Prefix = "x-auth-request-";

    // Of other gateways: an upstream may have stood behind one of them, and still believe them.
    private static readonly HashSet<string> Others =
    [
        "x-bff-gateway-key",
        "x-forwarded-user", "x-forwarded-email", "x-forwarded-groups", "x-forwarded-preferred-username", "x-forwarded-access-token",
        "remote-user", "remote-name", "remote-email", "remote-groups",
        "x-remote-user", "x-remote-name", "x-remote-email", "x-remote-groups",
        "x-webauth-user", "x-webauth-name", "x-webauth-email", "x-webauth-groups",
    ];

    /// <summary>In any spelling that an upstream may take for one: CGI and its heirs tell neither case nor '-' from '_'.</summary>
    public static bool IsOne(string name)
    {
        var plain = name.Replace('_', '-').ToLowerInvariant();
        return plain.StartsWith(Prefix, StringComparison.Ordinal) || Others.Contains(plain);
    }
}
