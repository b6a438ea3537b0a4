using System.Buffers;
using System.Globalization;
using System.Text;
using BffBroker.OAuth;
using BffBroker.Sessions;

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

    private const string Encoded = "UTF-8''";

    // RFC 8187 3.2.1: attr-char.
    private static readonly SearchValues<byte> NotEscaped =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~"u8);

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

    /// <summary>What the user did not grant is left out.</summary>
    public static void Set(HttpResponse response, UserIdentity user, AccessToken? accessToken)
    {
        Set(response, User, user.UserId);
        Set(response, Email, user.Email);
        Set(response, Name, user.Name);
        if (accessToken is { } token)
        {
            response.Headers[AccessToken] = token.Value;
        }
    }

    /// <summary>
    /// As it is when that is printable ASCII, else in the form of RFC 8187. So is what would not arrive as it is, with a space at either end, and what
    /// looks encoded.
    /// </summary>
    public static string Encode(string value)
    {
        if (!value.AsSpan().ContainsAnyExceptInRange(' ', '~') && !value.StartsWith(' ') && !value.EndsWith(' ') && !value.StartsWith(Encoded, StringComparison.OrdinalIgnoreCase))
        {
            return value;
        }

        var encoded = new StringBuilder(Encoded);
        foreach (var octet in Encoding.UTF8.GetBytes(value))
        {
            _ = NotEscaped.Contains(octet) ? encoded.Append((char)octet) : encoded.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        return encoded.ToString();
    }

    /// <summary>The one name for all spellings that an upstream may take for it: CGI and its heirs tell neither case nor '-' from '_', nor some of them from '.'.</summary>
    public static string Fold(string name) => string.Create(name.Length, name, static (folded, given) =>
    {
        for (var i = 0; i < folded.Length; i++)
        {
            folded[i] = char.IsAsciiLetterOrDigit(given[i]) ? char.ToLowerInvariant(given[i]) : '-';
        }
    });

    /// <summary>In any spelling.</summary>
    public static bool IsOne(string name) => IsFoldedOne(Fold(name));

    /// <param name="folded">By <see cref="Fold"/>.</param>
    public static bool IsFoldedOne(string folded) => folded.StartsWith(Prefix, StringComparison.Ordinal) || Others.Contains(folded);

    private static void Set(HttpResponse response, string header, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            response.Headers[header] = Encode(value);
        }
    }
}
