namespace BffBroker.Endpoints;

/// <summary>What the cookies are called, and which hosts see the session cookie. All names follow from the session cookie's.</summary>
/// <param name="Bind">The session cookie's companion; null where the session cookie needs none.</param>
/// <param name="Domain">Whose hosts see the session cookie. Null: the public host alone.</param>
internal sealed record CookieNames(string Session, string Login, string? Bind, string? Domain)
{
    /// <summary>Browsers take a cookie of such a name from its own host only, and send it to no other.</summary>
    public const string HostPrefix = "__Host-";

    /// <summary>Browsers take a cookie of such a name over TLS only. It may have a domain.</summary>
    public const string SecurePrefix = "__Secure-";

    private const string Name = "bff";

    /// <summary>Every cookie that the broker sets or reads.</summary>
    public IReadOnlyList<string> All => Bind is null ? [Session, Login] : [Session, Login, Bind];

    public static CookieNames Of(SessionOptions options)
    {
        var domain = string.IsNullOrEmpty(options.CookieDomain) ? null : options.CookieDomain.ToLowerInvariant();
        var prefix = domain is null ? HostPrefix : SecurePrefix;
        var session = options.CookieName ?? prefix + Name;
        var ofHost = HostPrefix + session[prefix.Length..];
        return new(session, ofHost + "-login", domain is null ? null : ofHost + "-bind", domain);
    }
}
