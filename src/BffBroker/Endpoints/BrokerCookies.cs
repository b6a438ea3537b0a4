using BffBroker.OAuth;
using BffBroker.Sessions;
using Microsoft.Extensions.Options;
using SessionOptions = BffBroker.Sessions.SessionOptions;

namespace BffBroker.Endpoints;

/// <summary>The two cookies, session and login. Both are opaque, HttpOnly, Secure and bound to the host by their prefix.</summary>
internal sealed class BrokerCookies(IOptions<SessionOptions> options)
{
    public static readonly TimeSpan LoginLifetime = TimeSpan.FromMinutes(10);

    private const int MostKeys = 4;

    private readonly string _session = options.Value.CookieName;
    private readonly string _login = options.Value.CookieName + "-login";
    private readonly TimeSpan _lifetime = options.Value.Lifetime;

    /// <summary>A sibling host can toss in a second cookie of the same name, and nobody can tell which is ours: two count as none.</summary>
    public CookieSecret? SessionKeyOf(HttpRequest request) => Only(request, _session);

    /// <summary>Whoever sends a key may end its session: here two count as two.</summary>
    public IReadOnlyList<CookieSecret> SessionKeysOf(HttpRequest request)
    {
        var keys = new List<CookieSecret>();
        foreach (var pair in request.Headers.Cookie.SelectMany(header => header?.Split(';') ?? []))
        {
            if (keys.Count < MostKeys && IsNamed(pair, _session, out var value) && CookieSecret.Parse(value.ToString()) is { } key)
            {
                keys.Add(key);
            }
        }

        return keys;
    }

    /// <inheritdoc cref="SessionKeyOf"/>
    public CookieSecret? LoginKeyOf(HttpRequest request) => Only(request, _login);

    public void SetSession(HttpResponse response, CookieSecret sessionKey) => Set(response, _session, sessionKey.Encode(), _lifetime);

    public void SetLogin(HttpResponse response, CookieSecret loginKey) => Set(response, _login, loginKey.Encode(), LoginLifetime);

    public void ClearSession(HttpResponse response) => Set(response, _session, "", TimeSpan.Zero);

    // SameSite=Lax: the way back from Amazon is a cross-site navigation.
    private static void Set(HttpResponse response, string name, string value, TimeSpan life) => response.Cookies.Append(name, value, new()
    {
        HttpOnly = true,
        Secure = true,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = life,
    });

    private static CookieSecret? Only(HttpRequest request, string name)
    {
        var found = ReadOnlySpan<char>.Empty;
        var count = 0;
        foreach (var header in request.Headers.Cookie)
        {
            foreach (var range in header.AsSpan().Split(';'))
            {
                if (IsNamed(header.AsSpan()[range], name, out var value))
                {
                    found = value;
                    count++;
                }
            }
        }

        return count == 1 ? CookieSecret.Parse(found.ToString()) : null;
    }

    // RFC 6265 4.2.1: "; " between pairs, and nothing around a name. A browser guards the prefix of a name, and takes one that begins with some
    // other white space for another name: to us, too, it must be another one.
    private static bool IsNamed(ReadOnlySpan<char> pair, string name, out ReadOnlySpan<char> value)
    {
        pair = pair.Trim(" \t");
        var isNamed = pair.Length > name.Length && pair[name.Length] == '=' && pair.StartsWith(name, StringComparison.Ordinal);
        value = isNamed ? pair[(name.Length + 1)..] : [];
        return isNamed;
    }
}
