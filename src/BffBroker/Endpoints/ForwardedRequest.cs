using System.Buffers;
using BffBroker.OAuth;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace BffBroker.Endpoints;

/// <summary>The request that a gateway asks about, as it tells it in X-Forwarded-Method, -Proto, -Host and -Uri.</summary>
/// <param name="Origin">As a browser writes it.</param>
/// <param name="Uri">Path and query, as they were sent; what is no ASCII is percent-encoded.</param>
internal sealed record ForwardedRequest(string Method, string Origin, string Uri)
{
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]");

    /// <summary>Null where one of them is missing, comes twice, or could be read in two ways.</summary>
    /// <param name="scheme">Where the gateway does not say.</param>
    public static ForwardedRequest? Parse(HttpRequest request, string scheme)
    {
        var headers = request.Headers;
        return headers["X-Forwarded-Host"] is [{ } host]
            && headers["X-Forwarded-Uri"] is [{ } uri] && ReturnUrl.IsPath(uri) && !uri.Contains('#', StringComparison.Ordinal)
            && SchemeOf(headers["X-Forwarded-Proto"], scheme) is { } proto
            && OriginOf(proto, host) is { } origin
            && MethodOf(headers["X-Forwarded-Method"], request.Method) is { } method
                ? new(method, origin, Encoded(uri))
                : null;
    }

    /// <summary>Where this request's login goes back to: the whole URL, its path, or the root, whichever is not too long.</summary>
    public ReturnUrl ReturnUrlAt(PublicSite site) =>
        site.ParseReturnUrl(Origin + Uri) ?? site.ParseReturnUrl(Origin + Uri.Split('?')[0]) ?? site.ParseReturnUrl(Origin + "/") ?? ReturnUrl.Root;

    /// <summary>It comes from a login that has just failed.</summary>
    public bool HasLoginError =>
        Uri.IndexOf('?', StringComparison.Ordinal) is var at and >= 0 && QueryHelpers.ParseNullableQuery(Uri[at..])?.ContainsKey(ReturnUrl.LoginError) == true;

    // Bytes that are no ASCII come as Latin-1, by which the server reads headers.
    private static string Encoded(string uri) => string.Concat(uri.Select(character => character > '~' ? $"%{(int)character:X2}" : character.ToString()));

    // Traefik says ws and wss of a WebSocket's handshake.
    private static string? SchemeOf(StringValues proto, string scheme) => proto switch
    {
        [] => scheme,
        ["https" or "wss"] => "https",
        ["http" or "ws"] => "http",
        _ => null,
    };

    private static string? OriginOf(string scheme, string host) =>
        host.Length > 0 && !host.AsSpan().ContainsAnyExcept(HostCharacters) && System.Uri.TryCreate($"{scheme}://{host}/", UriKind.Absolute, out var url)
            ? PublicSite.OriginOf(url)
            : null;

    private static string? MethodOf(StringValues method, string own) => method switch
    {
        [] => own,
        [{ } only] => only,
        _ => null,
    };
}
