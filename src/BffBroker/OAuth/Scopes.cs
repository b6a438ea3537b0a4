using System.Buffers;
using System.Collections;

namespace BffBroker.OAuth;

/// <summary>A set of scopes that keeps the order it was written in.</summary>
internal sealed class Scopes : IEnumerable<string>
{
    // RFC 6749 3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ). LWA's names contain ":" and "::".
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        [.. Enumerable.Range(0x21, 0x7E - 0x20).Select(code => (char)code).Except(['"', '\\'])]);

    private readonly List<string> _names;

    private Scopes(IEnumerable<string> names) => _names = [.. names.Distinct(StringComparer.Ordinal)];

    public static Scopes None { get; } = new([]);

    public static Scopes Of(IEnumerable<string> names) => new(names);

    /// <summary>Splits at spaces and at "+", which Amazon's redirect uses and a percent-only decoder leaves.</summary>
    public static Scopes Parse(string? text) =>
        new((text ?? "").Split([' ', '+'], StringSplitOptions.RemoveEmptyEntries));

    public static bool IsValidName(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(TokenCharacters) && !name.Contains('+', StringComparison.Ordinal);

    public bool IsEmpty => _names.Count == 0;

    public bool Contains(string name) => _names.Contains(name);

    public bool Covers(Scopes others) => others._names.TrueForAll(Contains);

    public Scopes Union(Scopes others) => new(_names.Concat(others._names));

    public Scopes Intersect(Scopes others) => new(_names.Where(others.Contains));

    public Scopes Except(Scopes others) => new(_names.Where(name => !others.Contains(name)));

    public IEnumerator<string> GetEnumerator() => _names.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The space-separated list of RFC 6749 3.3.</summary>
    public override string ToString() => string.Join(' ', _names);
}
