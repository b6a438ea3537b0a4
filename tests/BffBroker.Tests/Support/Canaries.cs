using System.Security.Cryptography;
using System.Text;

namespace BffBroker.Tests.Support;

/// <summary>Values that must turn up in one place only, and the search for them in all others, however they are written there.</summary>
internal sealed class Canaries
{
    // As much of a value as a shortened one would still show.
    private const int Window = 20;

    private readonly Dictionary<string, HashSet<string>> _forms = [];

    /// <summary>A value that exists nowhere else. Letters and digits, which no encoding of text changes.</summary>
    public string New(string name)
    {
        var value = RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 32);
        Add(name, value);
        return value;
    }

    /// <summary>A value that the broker has made.</summary>
    public void Add(string name, string value)
    {
        if (!_forms.TryGetValue(name, out var forms))
        {
            _forms[name] = forms = [];
        }

        foreach (var spelling in new[] { value, value.ToLowerInvariant(), value.ToUpperInvariant() })
        {
            forms.UnionWith([spelling[..Window], spelling[((value.Length - Window) / 2)..][..Window], spelling[^Window..]]);
        }

        forms.UnionWith(EncodingsOf(Encoding.UTF8.GetBytes(value)));
    }

    /// <summary>The same for bytes, which have no text of their own.</summary>
    public void Add(string name, ReadOnlySpan<byte> bytes)
    {
        Add(name, Convert.ToHexString(bytes));
        _forms[name].UnionWith(EncodingsOf(bytes));
    }

    /// <summary>The names of those whose values are in the text.</summary>
    public IEnumerable<string> In(string text) => _forms.Where(canary => canary.Value.Any(form => text.Contains(form, StringComparison.Ordinal))).Select(canary => canary.Key);

    /// <summary>None is in any of the texts, save those that <paramref name="belong"/> there.</summary>
    public void AssertAbsent(string where, IEnumerable<string> texts, params string[] belong)
    {
        var found = texts.SelectMany(text => In(text).Except(belong).Select(name => (name, text))).DistinctBy(sight => sight.name).ToList();
        Assert.True(found.Count == 0, string.Join('\n', found.Select(sight => $"{where} shows the {sight.name}:\n{sight.text}\n")));
    }

    // In a longer text, base64 of a value depends on how many bytes stand before it.
    private static IEnumerable<string> EncodingsOf(ReadOnlySpan<byte> bytes)
    {
        var forms = new List<string> { Convert.ToHexString(bytes)[..(2 * Window)], Convert.ToHexStringLower(bytes)[..(2 * Window)] };
        for (var before = 0; before < 3; before++)
        {
            var base64 = Convert.ToBase64String([.. new byte[before], .. bytes])[4..][..Window];
            forms.AddRange([base64, base64.Replace('+', '-').Replace('/', '_'), Uri.EscapeDataString(base64)]);
        }

        return forms;
    }
}
