namespace BffBroker.Tests.Security;

/// <summary>
/// Return URLs by which others have been led astray, percent-encoded as they stand in a query or a form, and some that are as harmless as they
/// look. The broker of <see cref="RedirectRig"/> is their target.
/// </summary>
internal static class ReturnUrlAttacks
{
    private const string Evil = "evil.example";

    private static readonly string[] Hidden =
    [
        "\t", "\n", "\r", "\r\n", "\0", "\u0001", "\u000b", "\u000c", "\u001f", " ", "\u007f", "\u0085", "\u00a0", "\u00ad", "\u200b", "\u2028", "\u2029", "\u3000", "\ufeff",
    ];

    public static IReadOnlyList<string> All { get; } =
    [
        .. new[]
        {
            Harmless, Slashes, HiddenCharacters, EncodedInTheValue, DotSegments, AroundAnOrigin, LookalikeHosts, Schemes, OddSchemes, Addresses, OtherAlphabets, Semicolons, Lengths,
            HeaderInjections,
        }.SelectMany(family => family()).Distinct().Select(Uri.EscapeDataString).Concat(EncodedOnTheWire()).Distinct(),
    ];

    private static IEnumerable<string> Harmless() =>
    [
        "/", "/orders?page=2#top", "/a//b", "/caf\u00e9", "/?next=//evil.example", "/#//evil.example", "/?#", "/x?y=https://evil.example", "/x#\\evil.example", "/x?\\\\evil.example",
        "/#@evil.example", "/@evil.example", "/x:80", "/https://evil.example", "/..a//b", "/x?login_error=y&z", ..RedirectRig.Origins, ..RedirectRig.Origins.Select(origin => origin.ToUpperInvariant() + "/Ok"),
    ];

    private static IEnumerable<string> Slashes() =>
        from length in Enumerable.Range(1, 4)
        from bits in Enumerable.Range(0, 1 << length)
        select string.Concat(Enumerable.Range(0, length).Select(i => (bits >> i & 1) == 0 ? '/' : '\\')) + Evil;

    private static IEnumerable<string> HiddenCharacters() => Hidden.SelectMany(c => new[]
    {
        $"{c}//{Evil}", $"/{c}/{Evil}", $"//{c}{Evil}", $"/{c}\\{Evil}", $"/{c}", $"/x{c}", $"ht{c}tps://{Evil}", $"https:{c}//{Evil}", $"java{c}script:alert(1)",
        $"https://app.example.com{c}.{Evil}", $"https://app.example.com{c}@{Evil}",
    });

    private static IEnumerable<string> EncodedInTheValue() =>
    [
        "%2f%2fevil.example", "/%2fevil.example", "%2f/evil.example", "/%5cevil.example", "%5c%5cevil.example", "/%09/evil.example", "/%0a/evil.example", "/%0d/evil.example",
        "/%00/evil.example", "/%20/evil.example", "/%252fevil.example", "/%255cevil.example", "%252f%252fevil.example", "/%u002fevil.example", "/%c0%afevil.example", "/%ef%bc%8fevil.example",
        "https%3a//evil.example", "https:%2f%2fevil.example", "%68ttps://evil.example", "/%", "/%zz//evil.example", "%", "https://app.example.com%2f@evil.example",
    ];

    // What a query or a form can say that no text can: broken UTF-8, broken encoding, a plus.
    private static IEnumerable<string> EncodedOnTheWire() =>
    [
        "", "%", "%2", "%zz", "%c0%af%c0%afevil.example", "/%c0%afevil.example", "/%e0%80%afevil.example", "/%f0%80%80%afevil.example", "%ff%fe//evil.example", "/%ed%a0%80/evil.example",
        "+//evil.example", "/+/evil.example", "//evil.example", "/%2Fevil.example", "/%5Cevil.example", "%5C%5Cevil.example", "/%09/evil.example", "/%0D%0A/evil.example", "%00//evil.example",
        "/%00", "%E2%80%8B//evil.example", "%EF%BB%BF//evil.example", "/;//evil.example", "/a&b=//evil.example", "/%26//evil.example", "https:%5C%5Cevil.example",
    ];

    private static IEnumerable<string> DotSegments() =>
        from dots in new[] { "/..", "/.", "/%2e%2e", "/%2E.", "/.%2e", "/%2e", "/a/..", "/a/b/../..", "/a/%2e%2E", "/..;", "/.;", "/..%2f", "/../..", "/a/./.." }
        from rest in new[] { $"//{Evil}", $"/\\{Evil}", $"/%2f{Evil}", $"/\t/{Evil}" }
        select dots + rest;

    private static IEnumerable<string> AroundAnOrigin() =>
        from origin in RedirectRig.Origins
        from rest in new[]
        {
            "@evil.example", ":443@evil.example", "%40evil.example", ".evil.example", "evil.example", "\\@evil.example", "\\.evil.example", "/@evil.example", "?@evil.example", "#@evil.example",
            ";@evil.example", ",evil.example", "%2eevil.example", ":@evil.example", ":80", ":8443/", ":443/", ":0443/", ":99999/", ":/", "//evil.example", "/\\evil.example", "/..//evil.example",
            "/%2e%2e//evil.example", "%00.evil.example", "%09.evil.example", "\u3002evil.example", ".", "./", "/ok", "?ok", "#ok", "&evil.example", "|evil.example", "\"evil.example", "<evil.example", "^evil.example",
        }
        select origin + rest;

    private static IEnumerable<string> LookalikeHosts() =>
    [
        "https://evilapp.example.com", "https://xapp.example.com/", "https://app-example.com/", "https://appXexample.com/", "https://example.com/", "https://app.example.co/", "https://app.example.comm/",
        "https://sub.app.example.com/", "https://app.example.com.evil/", "https://app.example.com.:443/", "https://evil.example/app.example.com", "https://evil.example?https://app.example.com",
        "https://evil.example#https://app.example.com", "https://evil.example/https://app.example.com/", "https://wiki.example.com.evil.example/", "https://spa.example.com/", "https://spa.example.com:843/",
        "https://spa.example.com:84433/",
    ];

    private static IEnumerable<string> Schemes() =>
        from scheme in new[] { "javascript", "data", "blob", "mailto", "vbscript", "file", "ftp", "ws", "wss", "about", "view-source", "intent", "tel", "filesystem", "chrome", "http", "urn" }
        from rest in new[] { ":alert(1)", "://app.example.com/%0aalert(1)", ":https://app.example.com/x", ":text/html,<script>alert(1)</script>" }
        select scheme + rest;

    private static IEnumerable<string> OddSchemes() =>
    [
        "https:evil.example", "https:/evil.example", "https:///evil.example", "https:////evil.example", "https:\\\\evil.example", "https:/\\evil.example", "https:\\/evil.example", "http:evil.example",
        "https:app.example.com", "https:/app.example.com", "https:///app.example.com", "https:\\\\app.example.com", "http://app.example.com", "http://app.example.com:443/", "hTTps://evil.example",
        "//app.example.com", "\\\\app.example.com", "///app.example.com", "https://", "https:", "https:@evil.example", "://evil.example", ":https//evil.example", "?//evil.example", "#//evil.example",
        "orders", ".", "..", "./", "..//evil.example", "~", "*", "@evil.example", ":80", "evil.example", "evil.example:443/", "https", "https//evil.example", "httpsx://app.example.com", " https://app.example.com",
    ];

    private static IEnumerable<string> Addresses() =>
    [
        "https://[::1]", "//[::1]", "https://[app.example.com]", "https://[::ffff:1.2.3.4]/", "//[::1%25eth0]", "https://app.example.com[::1]", "https://2130706433/", "https://0x7f.1/", "//0x7f.1",
        "https://127.1/", "//\u2460\u2461\u2466.\u24ea.\u24ea.\u2460", "https://app.example.com:[::1]@evil.example", "https://[", "//[", "/[", "https://app.example.com:[/",
    ];

    private static IEnumerable<string> OtherAlphabets() =>
    [
        "https://\u0430pp.example.com", "https://\uff41\uff50\uff50.example.com", "https://app\u3002example\u3002com", "https://app.example.com\uff0fevil.example", "\uff0f\uff0fevil.example",
        "/\uff0fevil.example", "\uff3c\uff3cevil.example", "/\uff3cevil.example", "https://app.example.com\u2100.evil.example", "https://app.example.com\u2101@evil.example",
        "https://app.example.com\uff1a443@evil.example", "https://app.example.com\uff20evil.example", "https://app.example.com\uff1fevil.example", "https://app.example.com\uff0eevil.example",
        "https://app.example.com\uff03@evil.example", "https://xn--pp-7ka.example.com/", "https://\u017fpa.example.com:8443/", "http\u017f://app.example.com/", "https://wi\u212ai.example.com/",
        "https://app.\u0435xample.com/", "/\u2044/evil.example", "/\u2215evil.example", "/\u29f8evil.example", "\u2044\u2044evil.example", "https:\u2215\u2215evil.example", "/\u202e//evil.example",
        "https://app.example.com\u00b7evil.example", "/\ufffd/evil.example", "https://app.example.com\u0338/", "/\U0001F389/x",
    ];

    private static IEnumerable<string> Semicolons() => ["/;//evil.example", "/;/../evil.example", ";//evil.example", "/x;@evil.example", "/;\\evil.example", ";https://evil.example"];

    private static IEnumerable<string> Lengths() =>
    [
        "/" + new string('a', 1499), "/" + new string('a', 1500), "/" + new string('\u00e9', 749), "/" + new string('\u00e9', 750), "//evil.example/" + new string('a', 1600), "https://app.example.com/" + new string('a', 1600),
        "https://app.example.com" + new string('a', 1400) + ".evil.example", "/" + new string('/', 1400) + Evil, "/" + string.Concat(Enumerable.Repeat("../", 400)) + "/" + Evil,
    ];

    private static IEnumerable<string> HeaderInjections() =>
    [
        "/x\r\nLocation: https://evil.example", "/x\nSet-Cookie: __Host-bff=x", "/x\r\n\r\n<script>", "/x%0d%0aLocation:%20https://evil.example", "/x\u010d\u010aLocation: https://evil.example", "/x\u560d\u560aLocation: x",
    ];
}
