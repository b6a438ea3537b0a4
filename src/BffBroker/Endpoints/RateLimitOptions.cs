using System.ComponentModel.DataAnnotations;

namespace BffBroker.Endpoints;

/// <summary>How much one client may ask for. Section <c>RateLimit</c>.</summary>
internal sealed class RateLimitOptions
{
    public const string Section = "RateLimit";

    /// <summary>Per client address (IPv6: per /64) and node: logins begun, as many more that another site's page begins, and as many navigations to the callback refused.</summary>
    [Range(1, int.MaxValue, ErrorMessage = "Must be at least 1, for example '300'.")]
    public int LoginsPerMinute { get; set; } = 300;
}
