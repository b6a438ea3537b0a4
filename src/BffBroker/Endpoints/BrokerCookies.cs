using BffBroker.OAuth;
using BffBroker.Sessions;
using Microsoft.Extensions.Options;

namespace BffBroker.Endpoints;

/// <summary>
/// The cookies, session and login. Both are opaque, HttpOnly, Secure and bound to the host by their prefix; with <c>Session:CookieDomain</c> the
/// session cookie is not, and has a companion that is.
/// </summary>
internal sealed class BrokerCookies(PublicSite site, IOptions<SessionOptions> options)
{
    public static readonly TimeSpan LoginLifetime = TimeSpan.FromMinutes(10);

    private const int MostKeys = 4;

    private readonly CookieNames _names = CookieNames.Of(options.Value);

    // RFC 6265 4.1.2.2: a cookie without Max-Age and Expires ends with the browser.
    private readonly TimeSpan? _lifetime = options.Value.PersistentCookie ? options.Value.Lifetime : null;

    /// <summary>Whether sibling hosts see the session cookie.</summary>
    public bool AreShared => _names.Domain is not null;

    /// <summary>Of the session cookie, which may have come from a sibling host. Null without one.</summary>
    /// <remarks>A sibling host can toss in a second cookie of the same name, and nobody can tell which is ours: two count as none.</remarks>
    public CookieSecret? SessionKeyOf(HttpRequest request) => Only(request, _names.Session);

    /// <summary>Null without a session cookie, and without the companion that it needs.</summary>
    public SessionSecrets? SessionOf(HttpRequest request) =>
        SessionKeyOf(request) is { } key && BindOf(request) is var bind && bind is null != AreShared ? new(key, bind) : null;

    /// <summary>Whoever sends a key, and its companion, may end its session: here two keys count as two.</summary>
    public IReadOnlyList<SessionSecrets> SessionsOf(HttpRequest request)
    {
        var sessions = new List<SessionSecrets>();
        var bind = BindOf(request);
        if (bind is null == AreShared)
        {
            return sessions;
        }

        foreach (var header in request.Headers.Cookie)
        {
            foreach (var range in header.AsSpan().Split(';'))
            {
                if (sessions.Count < MostKeys && IsNamed(header.AsSpan()[range], _names.Session, out var value) && CookieSecret.Parse(value.ToString()) is { } key)
                {
                    sessions.Add(new(key, bind));
                }
            }
        }

        return sessions;
    }

    /// <inheritdoc cref="SessionKeyOf"/>
    public CookieSecret? LoginKeyOf(HttpRequest request) => Only(request, _names.Login);

    /// <summary>For the companion of a session that is about to begin. Null where it needs none.</summary>
    public CookieSecret? CreateBind() => AreShared ? CookieSecret.Create() : null;

    /// <summary>More than one cookie of the session's name, none of which counts.</summary>
    public bool HasSeveralSessions(HttpRequest request) => Count(request, _names.Session, out _) > 1;

    /// <remarks>
    /// One that came may be of another domain, which <c>Session:CookieDomain</c> was before, or from a sibling host. There would be two from now on,
    /// which are none, and every login would end where it began. Nobody can tell whose it is: so it goes from every other domain.
    /// </remarks>
    public void SetSession(HttpResponse response, SessionSecrets session)
    {
        if (AreShared && Count(response.HttpContext.Request, _names.Session, out _) > 0)
        {
            foreach (var other in CookieDomain.AllOf(site.Host).Where(domain => domain != _names.Domain))
            {
                Set(response, _names.Session, "", TimeSpan.Zero, other);
            }
        }

        SetSession(response, session.Key.Encode(), session.Bind?.Encode(), _lifetime);
    }

    public void SetLogin(HttpResponse response, CookieSecret loginKey) => Set(response, _names.Login, loginKey.Encode(), LoginLifetime);

    public void ClearSession(HttpResponse response) => SetSession(response, "", "", TimeSpan.Zero);

    // A browser takes a cookie with another domain, or with none, for another cookie.
    private void SetSession(HttpResponse response, string key, string? bind, TimeSpan? life)
    {
        Set(response, _names.Session, key, life, _names.Domain);
        if (_names.Bind is { } name)
        {
            Set(response, name, bind!, life);
        }
    }

    private CookieSecret? BindOf(HttpRequest request) => _names.Bind is { } name ? Only(request, name) : null;

    // SameSite=Lax: the way back from Amazon is a cross-site navigation.
    private static void Set(HttpResponse response, string name, string value, TimeSpan? life, string? domain = null) => response.Cookies.Append(name, value, new()
    {
        Domain = domain,
        HttpOnly = true,
        Secure = true,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = life,
    });

    private static CookieSecret? Only(HttpRequest request, string name) =>
        Count(request, name, out var found) == 1 ? CookieSecret.Parse(found.ToString()) : null;

    private static int Count(HttpRequest request, string name, out ReadOnlySpan<char> found)
    {
        var count = 0;
        found = [];
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

        return count;
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
