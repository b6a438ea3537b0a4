using Microsoft.AspNetCore.WebUtilities;

namespace AmazonSimulator;

/// <summary>Query values as they were sent, encoding and all.</summary>
internal static class RawQuery
{
    public static string? Value(QueryString query, string name)
    {
        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            if (pair.DecodeName().Span.SequenceEqual(name))
            {
                // A raw '#' would end the query of the redirect it is copied into.
                return pair.EncodedValue.ToString().Replace("#", "%23", StringComparison.Ordinal);
            }
        }

        return null;
    }
}
