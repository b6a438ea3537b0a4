using System.Buffers;
using BffBroker.Endpoints;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace BffBroker.Api;

/// <summary>
/// The names that are the broker's among a site's cookies: session, login and the companion of a shared session, under either prefix, in any
/// case. No upstream sees one, and none can set one.
/// </summary>
internal sealed class OwnCookies(IOptions<SessionOptions> options)
{
    private static readonly string[] Prefixes = ["__Host-", "__Secure-"];
    private static readonly string[] Endings = ["", "-login", "-bind"];

    // RFC 9110 5.6.2. Whatever else is around a name, a browser or an upstream may take off.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly string[] _names = NamesOf(CookieNames.Of(options.Value).Session);

    /// <summary>The others, as they came. Nothing is copied where there is none of ours.</summary>
    public StringValues Without(StringValues cookieHeaders)
    {
        foreach (var header in cookieHeaders)
        {
            if (HasOwn(header))
            {
                var pairs = cookieHeaders.SelectMany(each => (each ?? "").Split(';')).Select(pair => pair.Trim(' ', '\t'));
                return string.Join("; ", pairs.Where(pair => pair.Length > 0 && !IsOwn(pair)));
            }
        }

        return cookieHeaders;
    }

    /// <inheritdoc cref="Without"/>
    public StringValues WithoutSet(StringValues setCookieHeaders)
    {
        foreach (var header in setCookieHeaders)
        {
            if (IsOwn(header))
            {
                return setCookieHeaders.Where(each => !IsOwn(each)).ToArray();
            }
        }

        return setCookieHeaders;
    }

    private bool HasOwn(ReadOnlySpan<char> header)
    {
        foreach (var range in header.Split(';'))
        {
            if (IsOwn(header[range]))
            {
                return true;
            }
        }

        return false;
    }

    // A cookie that begins with "=" has no name, and is sent back as its value: "=a=b" comes again as "a=b".
    private bool IsOwn(ReadOnlySpan<char> pair)
    {
        pair = UpTo(pair, ';');
        var from = pair.IndexOfAny(TokenCharacters);
        var name = from < 0 ? [] : UpTo(pair[from..], '=');
        name = name[..(name.LastIndexOfAny(TokenCharacters) + 1)];
        foreach (var own in _names)
        {
            if (name.Equals(own, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<char> UpTo(ReadOnlySpan<char> text, char end) => text.IndexOf(end) is var at and >= 0 ? text[..at] : text;

    private static string[] NamesOf(string session)
    {
        var plain = Prefixes.Where(prefix => session.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).Select(prefix => session[prefix.Length..]).FirstOrDefault(session);
        return [session, .. Prefixes.SelectMany(prefix => Endings.Select(ending => prefix + plain + ending))];
    }
}
