using System.Text.RegularExpressions;

namespace BffBroker.Endpoints;

/// <summary>The domain of a cookie: which hosts see it (RFC 6265 5.1.3).</summary>
internal static partial class CookieDomain
{
    private const int Longest = 253;

    /// <summary>A host name as DNS has it, of two labels or more. The last begins with a letter: so it is no address.</summary>
    public static bool IsValid(string domain) => domain.Length <= Longest && HostName.IsMatch(domain);

    public static bool Covers(string domain, string host) =>
        host.Equals(domain, StringComparison.OrdinalIgnoreCase) || host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase);

    /// <summary>Each that a cookie of this host can have, itself included.</summary>
    public static IEnumerable<string> AllOf(string host)
    {
        for (var domain = host; IsValid(domain); domain = domain[(domain.IndexOf('.', StringComparison.Ordinal) + 1)..])
        {
            yield return domain;
        }
    }

    [GeneratedRegex(@"\A(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HostName { get; }
}
