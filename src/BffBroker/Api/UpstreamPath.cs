using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace BffBroker.Api;

/// <summary>
/// Whether the path that decides is the path that upstream gets. The server has decoded it once and resolved its dot segments; what would
/// change when it is decoded again, or hides such a segment from us and not from others, is refused.
/// </summary>
internal static class UpstreamPath
{
    private const int EscapeLength = 3;

    public static bool IsPlain(HttpContext http) =>
        IsDecoded(http.Request.Path.Value) && !HasEscapedSlashTwice(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) && HasPlainSegments(http.Request.Path.Value);

    /// <summary>The path as it was decided on, with the escapes that it still has: an escaped slash is part of a segment for us and upstream alike.</summary>
    public static Uri Under(string destination, PathString path, QueryString query) =>
        new((path.HasValue ? destination.TrimEnd('/') : destination) + path.ToUriComponent() + query.ToUriComponent());

    // "%252e" or "%%32e" is "%2e" after one decoding, which the next URL parser takes for a dot. What the server leaves escaped is a slash, and
    // what is no UTF-8.
    private static bool IsDecoded(ReadOnlySpan<char> path)
    {
        while (path.IndexOf('%') is var at and >= 0)
        {
            path = path[at..];
            if (path.Length >= EscapeLength
                && byte.TryParse(path[1..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                && code < 0x80 && code != '/')
            {
                return false;
            }

            path = path[1..];
        }

        return true;
    }

    // It would go on as one that is escaped once.
    private static bool HasEscapedSlashTwice(string target) => BeforeAny(target, "?").Contains("%252F", StringComparison.OrdinalIgnoreCase);

    // White space and control characters are taken off by some parsers, and a dot segment is left. The server leaves "%2F" as it is, and others
    // split there, or at a backslash; some take a segment only up to its ";", or look for query and fragment in what they have decoded.
    private static bool HasPlainSegments(ReadOnlySpan<char> path)
    {
        path = path.TrimStart('/');
        while (path.Length > 0)
        {
            var (end, length) = Separator(path);
            var segment = path[..end];
            if (segment.IsEmpty || segment.IndexOfAnyInRange('\0', '\x1F') >= 0 || BeforeAny(segment, ";?#").Trim() is "." or "..")
            {
                return false;
            }

            path = path[(end + length)..];
        }

        return true;
    }

    private static ReadOnlySpan<char> BeforeAny(ReadOnlySpan<char> text, ReadOnlySpan<char> ends) => text.IndexOfAny(ends) is var at and >= 0 ? text[..at] : text;

    private static (int At, int Length) Separator(ReadOnlySpan<char> path)
    {
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] is '/' or '\\')
            {
                return (i, 1);
            }

            if (path[i..].StartsWith("%2F", StringComparison.OrdinalIgnoreCase))
            {
                return (i, "%2F".Length);
            }
        }

        return (path.Length, 0);
    }
}
