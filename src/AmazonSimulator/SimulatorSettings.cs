using System.ComponentModel;

namespace AmazonSimulator;

/// <summary>
/// The switches of the simulator, changeable while it runs. The defaults are what Amazon was seen to do; the rest is what its
/// documentation allows, contradicts itself on, or leaves open. The descriptions are the manual: the start page shows them.
/// </summary>
internal sealed class SimulatorSettings
{
    [Description("How long an access token lives.")]
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    [Description("How long an authorization code lives.")]
    public TimeSpan CodeLifetime { get; set; } = TimeSpan.FromMinutes(5);

    [Description("Added to every call of the token, tokeninfo and profile endpoints.")]
    public TimeSpan Latency { get; set; }

    [Description("What a refresh does to the refresh token: SameToken (as observed), NewTokenOldGood, NewTokenOldDies, NoTokenInAnswer, or Random.")]
    public RefreshMode RefreshMode { get; set; }

    [Description("A dead refresh token that is used again takes its whole grant along, access tokens included.")]
    public bool ReuseDetection { get; set; }

    [Description("A code that is used again takes the tokens of its first use along (advised by RFC 6749 4.1.2, unconfirmed at Amazon).")]
    public bool CodeReplayKillsGrant { get; set; }

    [Description("Whether access tokens die when the customer removes the app, or live out their hour (unconfirmed at Amazon).")]
    public bool RevocationKillsAccessTokens { get; set; } = true;

    [Description("The sample customer who signs in and grants everything without a page, for scripts.")]
    public string? AutoApprove { get; set; }

    [Description("Leaves the scope out of the authorization response.")]
    public bool OmitScope { get; set; }

    [Description("Writes expires_in as a string.")]
    public bool ExpiresInAsString { get; set; }

    [Description("Ends redirects that carry an error with a hash sign.")]
    public bool TrailingHashOnError { get; set; }

    [Description("An unknown scope ends on a page here instead of going back to the client as invalid_scope.")]
    public bool UnknownScopeAsPage { get; set; }

    [Description("The token endpoint reads JSON bodies as well.")]
    public bool AcceptJsonBodies { get; set; }

    [Description("Writes the charset parameter of the content type without its equals sign, as Amazon's samples print it.")]
    public bool MalformedCharset { get; set; }

    [Description("invalid_client has status 400 instead of 401.")]
    public bool InvalidClientAs400 { get; set; }

    [Description("Whether refusals of tokeninfo and profile have a body; Amazon only says that there may be one.")]
    public bool ErrorBodies { get; set; } = true;

    [Description("Whether refusals of the token endpoint carry error_index and request_id.")]
    public bool ErrorReferences { get; set; } = true;

    [Description("Base URL of another name of this simulator: /ap/oa first sends the browser there, as Amazon does.")]
    public string? SecondHost { get; set; }

    [Description("Length of access tokens, 350 to 2048.")]
    public int AccessTokenLength { get; set; } = 353;

    [Description("Length of refresh tokens, 350 to 2048.")]
    public int RefreshTokenLength { get; set; } = 353;

    [Description("Length of codes, 18 to 128. Null: 18, 20 and 128 in turn, so that both documented ends are met.")]
    public int? CodeLength { get; set; }

    public void CopyFrom(SimulatorSettings other)
    {
        foreach (var property in typeof(SimulatorSettings).GetProperties())
        {
            property.SetValue(this, property.GetValue(other));
        }
    }
}
