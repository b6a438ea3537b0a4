using System.Net;

namespace BffBroker.Management;

/// <summary>An address to listen on, in the form of ASPNETCORE_URLS.</summary>
internal static class ListenAddress
{
    private const int LargestPort = 65535;

    /// <summary>Null for one that no server can listen on.</summary>
    public static BindingAddress? Parse(string text)
    {
        try
        {
            return BindingAddress.Parse(text) is { } address && (address.IsUnixPipe || address.IsNamedPipe || IsOfTcp(address)) ? address : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether it says itself where it listens: on any other host name the server listens on all interfaces.</summary>
    public static bool NamesItsInterface(BindingAddress address) =>
        address.IsUnixPipe || address.IsNamedPipe || address.Host is "*" or "+" || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(address.Host, out _);

    /// <summary>What is wrong with the addresses of the public listener.</summary>
    public static IEnumerable<string> ProblemsOf(IConfiguration configuration)
    {
        if (!Split(configuration["urls"]).All(url => Parse(url) is not null))
        {
            yield return "ASPNETCORE_URLS: Must be addresses to listen on, separated by ';', for example 'http://0.0.0.0:8080'.";
        }

        foreach (var key in new[] { "http_ports", "https_ports" })
        {
            if (!Split(configuration[key]).All(port => int.TryParse(port, out var number) && number is >= 0 and <= LargestPort))
            {
                yield return $"ASPNETCORE_{key.ToUpperInvariant()}: Must be ports, separated by ';', for example '8080'.";
            }
        }

        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren().Where(endpoint => endpoint["Url"] is { } url && Parse(url) is null))
        {
            yield return $"{endpoint.Path}:Url: Must be an address to listen on, for example 'http://0.0.0.0:8080'.";
        }
    }

    // A port that is no number is read as a part of the host.
    private static bool IsOfTcp(BindingAddress address) =>
        address.Port is >= 0 and <= LargestPort && (!address.Host.Contains(':', StringComparison.Ordinal) || IPAddress.TryParse(address.Host, out _));

    private static string[] Split(string? list) => (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
