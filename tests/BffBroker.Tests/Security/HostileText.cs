using FsCheck;
using FsCheck.Fluent;

namespace BffBroker.Tests.Security;

/// <summary>What parsers stumble over, as Latin-1: a character is a byte on the wire.</summary>
internal static class HostileText
{
    private static readonly string[] Pieces =
    [
        "a", "0", "-1", "99999999999999999999", "=", "==", "&", "&&", ";", ";;", "; ", ",", "\"", "'", "\\", "/", "//", ":", "@", "#", "?", "+", " ", "\t", "\x01", "\x7f", "\xe9", "\xff\xfe", "\xc0\xaf", "\xed\xa0\x80",
        "\xf0\x9f\x8e\x89", "%", "%0", "%zz", "%00", "%0d%0a", "%2e%2e", "%2f", "%25", "%c0%af", "%ed%a0%80", "%f0%9f", "%ff", "%u0041", "[]", "[0]", "{}", "$", "$Version=1", "null", "true", "<svg>", "../",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "ANabcdefghijklmnopqr", "Atza|x", "CfDJ8", "profile", "https://evil.example", new('x', 300), new('%', 40),
    ];

    /// <summary>Fit for a request line: no byte that would end it.</summary>
    public static Gen<string> InTarget { get; } = Text.Select(text => text.Replace(' ', '+').Replace("\t", "%09", StringComparison.Ordinal));

    public static Gen<string> Text => Gen.Frequency(
        (9, Gen.Elements(Pieces)),
        (1, Gen.Choose(0, 255).ArrayOf().Select(bytes => string.Concat(bytes.Select(value => (char)value).Where(value => value is not ('\r' or '\n' or '\0'))))))
        .ArrayOf().Select(string.Concat);

    /// <summary>Like <see cref="Text"/>, with pieces that mean something where it is used.</summary>
    public static Gen<string> With(params string[] pieces) =>
        Gen.Frequency((3, Gen.Elements(pieces)), (2, Text.Resize(2))).ArrayOf().Select(string.Concat);
}
