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
            return BindingAddress.Parse(text) is { } address && (address.IsUnixPipe || address.IsNamedPipe || address.Port is >= 0 and <= LargestPort) ? address : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

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

    private static string[] Split(string? list) => (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
