using System.ComponentModel.DataAnnotations;
using BffBroker.OAuth;

namespace BffBroker.Amazon;

/// <summary>How to reach Login with Amazon. Section <c>Amazon</c>; the host does not start without it.</summary>
internal sealed class AmazonOptions
{
    public const string Section = "Amazon";

    private AmazonEndpoints? _endpoints;

    /// <summary>Of the LWA security profile, "amzn1.application-oa2-client.…"; at most 100 bytes.</summary>
    [Required(ErrorMessage = "Required. Copy it from the LWA security profile.")]
    [StringLength(100, ErrorMessage = "May have 100 characters. Copy the client ID, not the secret, from the LWA security profile.")]
    [RegularExpression("[\\x21-\\x7E]*", ErrorMessage = "Has a space or another odd character. Copy it from the LWA security profile.")]
    public string ClientId { get; set; } = "";

    [Required(ErrorMessage = "Required. Copy it from the LWA security profile into the environment or a file of the secrets directory.")]
    public string ClientSecret { get; set; } = "";

    /// <summary>Tried when Amazon answers <c>invalid_client</c>: for the time in which a secret is being rotated.</summary>
    public string? PreviousClientSecret { get; set; }

    [EnumDataType(typeof(AmazonRegion), ErrorMessage = "Must be NorthAmerica, Europe or FarEast.")]
    public AmazonRegion Region { get; set; }

    /// <summary>Full URL of <c>/ap/oa</c>; by default that of the region.</summary>
    public string? AuthorizationEndpoint { get; set; }

    /// <summary>Base of <c>/auth/o2/token</c>, <c>/auth/o2/tokeninfo</c> and <c>/user/profile</c>; by default that of the region.</summary>
    public string? ApiBaseUrl { get; set; }

    /// <summary>Allows plain http to any host, for a simulator in a private network. Never with the real Amazon.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>Empty means <c>profile</c>.</summary>
    public IList<AmazonScope> Scopes { get; } = [];

    /// <summary>How long a caller waits for one answer of Amazon, repeats included.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30", ErrorMessage = "Must be between {1} and {2}.")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Sends our <c>traceparent</c> with each call: for a simulator, or whoever at Amazon asks for it.</summary>
    public bool SendTraceContext { get; set; }

    /// <summary>Built when they are first asked for, which is after the validation.</summary>
    public AmazonEndpoints GetEndpoints() => _endpoints ??= new(this);

    private IEnumerable<AmazonScope> EffectiveScopes => Scopes.Count > 0 ? Scopes : [new AmazonScope { Name = "profile" }];

    public Scopes ScopesThatMayBeAsked => OAuth.Scopes.Of(EffectiveScopes.Select(scope => scope.Name));

    public Scopes ScopesAtLogin => OAuth.Scopes.Of(EffectiveScopes.Where(scope => scope.AskAtLogin).Select(scope => scope.Name));

    public Scopes VoluntaryScopes => OAuth.Scopes.Of(EffectiveScopes.Where(scope => scope.Essential == false).Select(scope => scope.Name));

    /// <summary>Which of the asked scopes are essential, for those that say so: LWA's <c>scope_data</c>.</summary>
    public IReadOnlyDictionary<string, bool> EssentialOf(Scopes asked) => EffectiveScopes
        .Where(scope => scope.Essential is not null && asked.Contains(scope.Name))
        .ToDictionary(scope => scope.Name, scope => scope.Essential!.Value);
}
