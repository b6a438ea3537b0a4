using Microsoft.AspNetCore.Http;

namespace BffBroker.Tests.Gateways;

/// <summary>A request as it reached the application behind a gateway.</summary>
/// <param name="Target">As it stood in the request line.</param>
internal sealed record ServiceRequest(string Method, string Target, IHeaderDictionary Headers)
{
    public string? Header(string name) => Headers.TryGetValue(name, out var values) ? Assert.Single(values) : null;

    /// <summary>By any character between the words, and in any case: so CGI and its heirs read names.</summary>
    public IEnumerable<string> ValuesOf(string name) => Headers.Where(header => Plain(header.Key) == Plain(name)).SelectMany(header => header.Value).OfType<string>();

    private static string Plain(string name) => string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) ? char.ToLowerInvariant(character) : '-'));
}
