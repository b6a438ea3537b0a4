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

    /// <summary>What is wrong with a list of them.</summary>
    public static IEnumerable<string> ProblemsOf(string? urls) =>
        (urls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).All(url => Parse(url) is not null)
            ? []
            : ["ASPNETCORE_URLS: Must be addresses to listen on, separated by ';', for example 'http://0.0.0.0:8080'."];
}
