using System.ComponentModel.DataAnnotations;
using BffBroker.Settings;
using Microsoft.Extensions.Options;

namespace BffBroker.Endpoints;

/// <summary>Where the broker stands on the Web. Section <c>Broker</c>.</summary>
internal sealed class BrokerOptions
{
    public const string Section = "Broker";

    /// <summary>The origin that the browser sees, optionally with a path base: <c>https://app.example.com/bff</c>.</summary>
    [Required(ErrorMessage = "Required. The origin that browsers see, for example 'https://app.example.com'.")]
    public string PublicUrl { get; set; } = "";

    /// <summary>Origins of SPAs hosted elsewhere on the same site.</summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>Origins that may be returned to, and nothing else.</summary>
    public IList<string> ReturnOrigins { get; } = [];

    /// <summary>Addresses or CIDR ranges of proxies whose <c>X-Forwarded-*</c> headers count, and <c>unix</c> for those on a Unix socket.</summary>
    public IList<string> TrustedProxies { get; } = [];
}

/// <summary>Every URL here decides where a browser may be sent, so none may be read in two ways.</summary>
internal sealed class BrokerOptionsValidator : IValidateOptions<BrokerOptions>
{
    public ValidateOptionsResult Validate(string? name, BrokerOptions options)
    {
        var problems = new SettingProblems(BrokerOptions.Section);
        if (options.PublicUrl.Length > 0)
        {
            Check(problems, "PublicUrl", options.PublicUrl, mayHavePath: true);
        }

        CheckAll(problems, nameof(options.AllowedOrigins), options.AllowedOrigins);
        CheckAll(problems, nameof(options.ReturnOrigins), options.ReturnOrigins);
        CheckProxies(problems, options.TrustedProxies);
        return problems.ToResult();
    }

    private static void CheckAll(SettingProblems problems, string key, IList<string> origins)
    {
        for (var i = 0; i < origins.Count; i++)
        {
            Check(problems, $"{key}:{i}", origins[i], mayHavePath: false);
        }
    }

    private static void CheckProxies(SettingProblems problems, IList<string> proxies)
    {
        for (var i = 0; i < proxies.Count; i++)
        {
            if (TrustedProxies.Parse(proxies[i]) is null)
            {
                problems.Add(
                    $"{nameof(BrokerOptions.TrustedProxies)}:{i}",
                    "Must be an address or a range whose address has no bits beyond the prefix, for example '10.1.2.3', '10.1.0.0/16' or 'fd00::/8', or 'unix' for proxies on a Unix socket.");
            }
        }
    }

    private static void Check(SettingProblems problems, string key, string value, bool mayHavePath)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            problems.Add(key, "Must be an absolute URL, for example 'https://app.example.com'.");
            return;
        }

        if (url.Query.Length > 0 || url.Fragment.Length > 0 || url.UserInfo.Length > 0 || value.Contains('\\', StringComparison.Ordinal)
            || url.AbsolutePath.Contains("//", StringComparison.Ordinal))
        {
            problems.Add(key, "Must have no user, query, fragment, backslash or empty path segment.");
        }

        if (url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback)
        {
            problems.Add(key, "Must be https; http only on a loopback host such as localhost. Browsers keep the session cookie on nothing else.");
        }

        if (!mayHavePath && url.AbsolutePath != "/")
        {
            problems.Add(key, "Must be an origin: scheme, host and port, without a path.");
        }
    }
}
