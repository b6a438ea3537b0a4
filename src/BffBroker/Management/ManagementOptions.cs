using BffBroker.Settings;
using Microsoft.Extensions.Options;

namespace BffBroker.Management;

/// <summary>The listener of operators. Section <c>Management</c>.</summary>
internal sealed class ManagementOptions
{
    public const string Section = "Management";

    /// <summary>Where it listens, in the form of ASPNETCORE_URLS: <c>http://0.0.0.0:8081</c> for a container's probes.</summary>
    public string Url { get; set; } = "http://127.0.0.1:8081";

    /// <summary>Opens the admin endpoints; without one there are none.</summary>
    public string? AdminKey { get; set; }
}

/// <summary>One plain http address, and a key that nobody guesses.</summary>
internal sealed class ManagementOptionsValidator : IValidateOptions<ManagementOptions>
{
    public ValidateOptionsResult Validate(string? name, ManagementOptions options)
    {
        var problems = new SettingProblems(ManagementOptions.Section);
        if (ListenAddress.Parse(options.Url) is not { Scheme: "http", PathBase: "" } address || !ListenAddress.NamesItsInterface(address))
        {
            problems.Add(
                nameof(options.Url), "Must be an http address to listen on, without a path: an IP address, localhost, or * for all interfaces, for example 'http://127.0.0.1:8081'.");
        }

        if (options.AdminKey is { Length: > 0 } key && SharedKey.ProblemOf(key) is { } problem)
        {
            problems.Add(nameof(options.AdminKey), problem);
        }

        return problems.ToResult();
    }
}
