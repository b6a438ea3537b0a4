using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace AmazonSimulator;

/// <summary>A piece of markup. What is put into one by interpolation is encoded, unless it is markup itself: there is no way to forget.</summary>
internal sealed record Html
{
    private Html(string markup) => Markup = markup;

    public static Html Empty { get; } = new("");

    public string Markup { get; }

    public static Html Of(ref Template template) => new(template.Finish());

    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece.Markup)));

    /// <summary>Builds the markup of an interpolated string.</summary>
    [InterpolatedStringHandler]
    public ref struct Template(int literalLength, int formattedCount)
    {
        private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

        private readonly StringBuilder _markup = new(literalLength + (formattedCount * 16));

        public readonly void AppendLiteral(string literal) => _markup.Append(literal);

        public readonly void AppendFormatted(Html markup) => _markup.Append(markup.Markup);

        public readonly void AppendFormatted(string? text) => _markup.Append(Encoder.Encode(text ?? ""));

        public readonly string Finish() => _markup.ToString();
    }
}
