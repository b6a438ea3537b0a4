using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace BffBroker.OAuth;

/// <summary>
/// Where the browser goes after login or logout. There is no way to make one that leaves the public origin or the allowed ones: a path is
/// taken from the origin's root, and a full URL must begin, letter for letter, with an allowed origin, so that no two parsers can disagree
/// about its host.
/// </summary>
internal sealed partial record ReturnUrl
{
    public const int MaxBytes = 1500;

    /// <summary>The query parameter that tells the page why its login failed.</summary>
    public const string LoginError = "login_error";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly SearchValues<char> EndsPath = SearchValues.Create("?#");

    private ReturnUrl(string value) => Value = value;

    public static ReturnUrl Root { get; } = new("/");

    /// <summary>As it was given, but with the text in it that is no ASCII as text: percent-encoded, it would be three times as long.</summary>
    public string Value { get; }

    /// <summary>As a Location header: whatever is not printable ASCII is percent-encoded UTF-8.</summary>
    public string Location => Escape(Value);

    /// <param name="value">A path from the root, or a URL on one of the origins.</param>
    /// <param name="origins">Scheme, host and, where it is not the scheme's own, port; lower case.</param>
    public static ReturnUrl? Parse(string? value, IEnumerable<string> origins)
    {
        value = value is null ? null : EncodedText.Replace(value, match => TextOf(match.Value) ?? match.Value);
        if (value is null || Encoding.UTF8.GetByteCount(value) > MaxBytes)
        {
            return null;
        }

        if (value.StartsWith('/'))
        {
            return IsPath(value) ? new(value) : null;
        }

        var origin = origins.FirstOrDefault(origin => value.StartsWith(origin, StringComparison.OrdinalIgnoreCase) && IsPathOrEmpty(value[origin.Length..]));
        return origin is null ? null : new(value);
    }

    /// <summary>Adds <c>login_error</c> to the query, in place of one that is there from an earlier try.</summary>
    public ReturnUrl WithLoginError(string error)
    {
        var (path, query, fragment) = Parts();
        return new($"{path}?{string.Join('&', query.Append($"{LoginError}={error}"))}{fragment}");
    }

    /// <summary>For another try.</summary>
    public ReturnUrl WithoutLoginError()
    {
        var (path, query, fragment) = Parts();
        return new($"{path}{(query.Count > 0 ? "?" : "")}{string.Join('&', query)}{fragment}");
    }

    private (string Path, List<string> Query, string Fragment) Parts()
    {
        var (rest, fragment) = Cut(Value, '#');
        var (path, query) = Cut(rest, '?');
        var pairs = query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries);
        return (path, [.. pairs.Where(pair => !pair.StartsWith(LoginError + "=", StringComparison.Ordinal))], fragment);
    }

    private static bool IsPathOrEmpty(string text) =>
        text.Length == 0 || text[0] is '?' or '#' ? !HasTroublesomeCharacter(text) : IsPath(text);

    /// <summary>Whether this is a path from the root, with or without a query, that every parser takes for the same.</summary>
    // "//host" and "/\host" are absolute to a browser; a control character, a space or a backslash can hide either, and dot segments can
    // make one out of "/..//host". No address bar ever shows such a path, so nobody loses by the refusal.
    public static bool IsPath(string text)
    {
        var end = text.AsSpan().IndexOfAny(EndsPath);
        var path = end < 0 ? text : text[..end];
        return path is ['/'] or ['/', not '/', ..]
            && !path.Contains('\\', StringComparison.Ordinal)
            && !HasTroublesomeCharacter(text)
            && !path.Split('/').Any(IsDotSegment);
    }

    // WHATWG URL: "%2e" counts as a dot.
    private static bool IsDotSegment(string segment) =>
        segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..";

    private static bool HasTroublesomeCharacter(string text) => text.Any(character => char.IsControl(character) || char.IsWhiteSpace(character));

    // Null where it would be no longer what it was, or troublesome.
    private static string? TextOf(string escapes)
    {
        try
        {
            var text = Strict.GetString(Convert.FromHexString(escapes.Replace("%", "", StringComparison.Ordinal)));
            return HasTroublesomeCharacter(text) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    // Bytes beyond ASCII.
    [GeneratedRegex("(?:%[89A-Fa-f][0-9A-Fa-f])+")]
    private static partial Regex EncodedText { get; }

    private static (string Before, string From) Cut(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is var index and >= 0 ? (text[..index], text[index..]) : (text, "");

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            _ = octet is > 0x20 and < 0x7F ? escaped.Append((char)octet) : escaped.Append('%').Append(octet.ToString("X2", null));
        }

        return escaped.ToString();
    }
}
