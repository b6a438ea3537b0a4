using Microsoft.Extensions.Primitives;

namespace BffBroker.Api;

/// <summary>Keeps what upstream says to one user out of common caches: a cache sees the same URL for all of them.</summary>
internal static class UpstreamCaching
{
    private const string Private = "private";

    // Whether an answer is one of upstream's depends on these.
    private static readonly string[] Varies = ["Cookie", "Origin", "Sec-Fetch-Site"];

    // For caches of their own, which would not look at Cache-Control then.
    private static readonly HashSet<string> ForCommonCaches = new(["Surrogate-Control", "Edge-Control"], StringComparer.OrdinalIgnoreCase);

    public static void Restrict(IHeaderDictionary headers)
    {
        headers.CacheControl = Restricted(headers.CacheControl);
        headers.Vary = Varying(headers.Vary);
        foreach (var name in headers.Keys.Where(IsForCommonCaches).ToList())
        {
            headers.Remove(name);
        }
    }

    /// <summary>
    /// <c>public</c> and <c>s-maxage</c> become <c>private</c>; so does <c>private</c> for some fields, which leaves the rest to all. Who says
    /// nothing has thought of no cache: then nobody stores it.
    /// </summary>
    public static string Restricted(StringValues cacheControl)
    {
        if (HeaderList.Parse(cacheControl) is not { Count: > 0 } directives)
        {
            return "private, no-store";
        }

        var kept = directives.Where(directive => HeaderList.NameOf(directive).ToUpperInvariant() is not ("PUBLIC" or "S-MAXAGE" or "PRIVATE"));
        return string.Join(", ", kept.Prepend(Private));
    }

    private static StringValues Varying(StringValues vary)
    {
        var fields = HeaderList.Parse(vary) ?? [];
        return fields.Contains("*") ? "*" : string.Join(", ", fields.Union(Varies, StringComparer.OrdinalIgnoreCase));
    }

    // RFC 9213: CDN-Cache-Control, and each product's own.
    private static bool IsForCommonCaches(string name) => ForCommonCaches.Contains(name) || name.EndsWith("-Cache-Control", StringComparison.OrdinalIgnoreCase);
}
