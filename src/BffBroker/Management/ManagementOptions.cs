using BffBroker.Settings;
using Microsoft.Extensions.Options;

namespace BffBroker.Management;

/// <summary>The listener of operators. Section <c>Management</c>.</summary>
internal sealed class ManagementOptions
{
    public const string Section = "Management";

    /// <summary>Where it listens, in the form of ASPNETCORE_URLS: <c>http://0.0.0.0:8081</c> for a container's probes.</summary>
    public string Url { get; set; } = "http://127.0.0.1:8081";
}

/// <summary>One plain http address; who may reach it is the network's business.</summary>
internal sealed class ManagementOptionsValidator : IValidateOptions<ManagementOptions>
{
    public ValidateOptionsResult Validate(string? name, ManagementOptions options)
    {
        var problems = new SettingProblems(ManagementOptions.Section);
        if (ListenAddress.Parse(options.Url) is not { Scheme: "http", PathBase: "" })
        {
            problems.Add(nameof(options.Url), "Must be an http address to listen on, without a path, for example 'http://127.0.0.1:8081'.");
        }

        return problems.ToResult();
    }
}
