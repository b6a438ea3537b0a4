using BffBroker.OAuth;
using BffBroker.Sessions;
using Microsoft.Extensions.Options;
using SessionOptions = BffBroker.Sessions.SessionOptions;

namespace BffBroker.Endpoints;

/// <summary>The two cookies, session and login. Both are opaque, HttpOnly, Secure and bound to the host by their prefix.</summary>
internal sealed class BrokerCookies(IOptions<SessionOptions> options)
{
    public static readonly TimeSpan LoginLifetime = TimeSpan.FromMinutes(10);

    private readonly string _session = options.Value.CookieName;
    private readonly string _login = "__Host-" + WithoutPrefix(options.Value.CookieName) + "-login";
    private readonly TimeSpan _lifetime = options.Value.Lifetime;

    public CookieSecret? SessionKeyOf(HttpRequest request) => CookieSecret.Parse(Only(request, _session));

    public CookieSecret? LoginKeyOf(HttpRequest request) => CookieSecret.Parse(Only(request, _login));

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

    // A sibling host can toss in a second cookie of the same name, and nobody can tell which is ours: two count as none.
    private static string? Only(HttpRequest request, string name)
    {
        string? found = null;
        foreach (var header in request.Headers.Cookie)
        {
            foreach (var range in header.AsSpan().Split(';'))
            {
                var pair = header.AsSpan()[range].Trim();
                if (pair.StartsWith(name, StringComparison.Ordinal) && pair[name.Length..].TrimStart() is ['=', ..])
                {
                    if (found is not null)
                    {
                        return null;
                    }

                    found = pair[(pair.IndexOf('=') + 1)..].Trim().ToString();
                }
            }
        }

        return found;
    }

    private static string WithoutPrefix(string name) =>
        name.StartsWith("__Host-", StringComparison.Ordinal) ? name["__Host-".Length..]
        : name.StartsWith("__Secure-", StringComparison.Ordinal) ? name["__Secure-".Length..]
        : name;
}
