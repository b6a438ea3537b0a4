using System.Collections.Concurrent;

namespace BffBroker.Tests.Support;

/// <summary>The cookies of a browser: RFC 6265bis as far as domains and the prefixes of names go. All its hosts are spoken to over TLS, or are loopback.</summary>
internal sealed class CookieJar
{
    private readonly ConcurrentDictionary<(string Domain, bool IsOfHost, string Name), string> _cookies = new();

    /// <summary>What the host of a site says with Set-Cookie; what browsers refuse changes nothing.</summary>
    public void Take(Uri site, SetCookie cookie)
    {
        var isOfHost = cookie.Domain is null;
        var keepsPrefix = !cookie.Name.StartsWith("__Host-", StringComparison.OrdinalIgnoreCase) || (isOfHost && cookie.Attributes.Contains("path=/"));
        var isSecure = !cookie.Name.StartsWith("__", StringComparison.Ordinal) || cookie.Attributes.Contains("secure");
        if (keepsPrefix && isSecure && Covers(cookie.Domain ?? site.Host, isOfHost, site.Host))
        {
            Put((cookie.Domain ?? site.Host, isOfHost, cookie.Name), cookie.IsGone ? null : cookie.Value);
        }
    }

    /// <summary>Those that a request to this site carries.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> For(Uri site) =>
        [.. _cookies.Where(cookie => Covers(cookie.Key.Domain, cookie.Key.IsOfHost, site.Host)).Select(cookie => KeyValuePair.Create(cookie.Key.Name, cookie.Value))];

    /// <summary>By the user's own hand: the cookie of this name that the site sees, or a new one of its host; null removes it.</summary>
    public void Set(Uri site, string name, string? value)
    {
        var seen = _cookies.Keys.Where(key => key.Name == name && Covers(key.Domain, key.IsOfHost, site.Host)).DefaultIfEmpty((site.Host, true, name)).First();
        Put(seen, value);
    }

    private void Put((string, bool, string) key, string? value)
    {
        if (value is null)
        {
            _cookies.TryRemove(key, out _);
        }
        else
        {
            _cookies[key] = value;
        }
    }

    private static bool Covers(string domain, bool isOfHost, string host) =>
        host == domain || (!isOfHost && host.EndsWith("." + domain, StringComparison.Ordinal));
}
