using Microsoft.AspNetCore.Http.Features;

namespace BffBroker.Api;

/// <summary>
/// Whether the path that decides is the path that upstream gets. The server has decoded it once and resolved its dot segments; what would
/// change when it is decoded again, or hides such a segment from us and not from others, is refused.
/// </summary>
internal static class UpstreamPath
{
    public static bool IsPlain(HttpContext http) =>
        !IsEncodedTwice(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) && HasPlainSegments(http.Request.Path.Value);

    // "%252e" is "%2e" after one decoding, which the next URL parser takes for a dot.
    private static bool IsEncodedTwice(ReadOnlySpan<char> target)
    {
        if (target.IndexOf('?') is var query and >= 0)
        {
            target = target[..query];
        }

        while (target.IndexOf("%25") is var at and >= 0)
        {
            target = target[(at + "%25".Length)..];
            if (target is [var first, var second, ..] && char.IsAsciiHexDigit(first) && char.IsAsciiHexDigit(second))
            {
                return true;
            }
        }

        return false;
    }

    // The server leaves "%2F" as it is, and others split there, or at a backslash; some take a segment only up to its ";".
    private static bool HasPlainSegments(ReadOnlySpan<char> path)
    {
        path = path.TrimStart('/');
        while (path.Length > 0)
        {
            var (end, length) = Separator(path);
            var segment = path[..end];
            if (segment.IsEmpty || (segment.IndexOf(';') is var parameters and >= 0 ? segment[..parameters] : segment) is "." or "..")
            {
                return false;
            }

            path = path[(end + length)..];
        }

        return true;
    }

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
