using System.Text.RegularExpressions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>
/// A file of <c>deploy/</c>. A test may change in it what whoever copies it has to change, and nothing else: names and addresses, and the lines that
/// pass the token on.
/// </summary>
internal sealed partial class ShippedFile
{
    private ShippedFile(string text) => Text = text;

    public string Text { get; private set; }

    public static ShippedFile Read(string path) => new(File.ReadAllText(Path.Combine(Sources.Root, "deploy", path)));

    /// <summary>What is not there cannot be replaced: the file has changed, and the test with it must.</summary>
    public ShippedFile With(string shipped, string own)
    {
        Assert.Contains(shipped, Text, StringComparison.Ordinal);
        Text = Text.Replace(shipped, own, StringComparison.Ordinal);
        return this;
    }

    /// <summary>As the READMEs say: the lines that begin with <c>#token </c> do so no longer, and the key is one's own.</summary>
    public ShippedFile WithToken(string key)
    {
        Assert.Matches(TokenLine, Text);
        Text = TokenLine.Replace(Text, "$1");
        return With("change-me", key);
    }

    [GeneratedRegex("^([ \t]*)#token ", RegexOptions.Multiline)]
    private static partial Regex TokenLine { get; }
}
