namespace AmazonSimulator;

/// <summary>
/// The switches of the simulator, changeable while it runs. The defaults are what Amazon was seen to do; the rest is what its
/// documentation allows, contradicts itself on, or leaves open.
/// </summary>
internal sealed class SimulatorSettings
{
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    public TimeSpan CodeLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Added to every call of the token, tokeninfo and profile endpoints.</summary>
    public TimeSpan Latency { get; set; }

    public RefreshMode RefreshMode { get; set; }

    /// <summary>A dead refresh token that is used again takes its whole grant along, access tokens included.</summary>
    public bool ReuseDetection { get; set; }

    /// <summary>A code that is used again takes the tokens of its first use along (RFC 6749 4.1.2 advises it; unconfirmed at Amazon).</summary>
    public bool CodeReplayKillsGrant { get; set; }

    /// <summary>Whether access tokens die with the revocation or live out their hour (unconfirmed at Amazon).</summary>
    public bool RevocationKillsAccessTokens { get; set; } = true;

    /// <summary>Id of the sample customer who signs in and grants everything without a page, for scripts.</summary>
    public string? AutoApprove { get; set; }

    /// <summary>Leaves <c>scope</c> out of the authorization response.</summary>
    public bool OmitScope { get; set; }

    public bool ExpiresInAsString { get; set; }

    public bool TrailingHashOnError { get; set; }

    /// <summary>An unknown scope ends on a page here instead of going back to the client as <c>invalid_scope</c>.</summary>
    public bool UnknownScopeAsPage { get; set; }

    public bool AcceptJsonBodies { get; set; }

    /// <summary>Writes the charset parameter of the content type without its equals sign, as Amazon's samples print it.</summary>
    public bool MalformedCharset { get; set; }

    public bool InvalidClientAs400 { get; set; }

    /// <summary>Whether refusals of tokeninfo and profile have a body; Amazon only says that there may be one.</summary>
    public bool ErrorBodies { get; set; } = true;

    /// <summary>Whether refusals of the token endpoint carry <c>error_index</c> and <c>request_id</c>.</summary>
    public bool ErrorReferences { get; set; } = true;

    /// <summary>Base URL of another name of this simulator: <c>/ap/oa</c> first sends the browser there, as Amazon does.</summary>
    public string? SecondHost { get; set; }

    public int AccessTokenLength { get; set; } = 353;

    public int RefreshTokenLength { get; set; } = 353;

    /// <summary>Null: 18, 20 and 128 characters in turn, so that both documented ends are met.</summary>
    public int? CodeLength { get; set; }

    public void CopyFrom(SimulatorSettings other)
    {
        foreach (var property in typeof(SimulatorSettings).GetProperties())
        {
            property.SetValue(this, property.GetValue(other));
        }
    }

    public IEnumerable<string> Problems()
    {
        if (TokenLifetime <= TimeSpan.Zero || CodeLifetime <= TimeSpan.Zero || Latency < TimeSpan.Zero)
        {
            yield return "Lifetimes must be positive, and latency cannot be negative.";
        }

        if (AccessTokenLength is < 350 or > 2048 || RefreshTokenLength is < 350 or > 2048)
        {
            yield return "Tokens have 350 to 2048 characters.";
        }

        if (CodeLength is < 18 or > 128)
        {
            yield return "Codes have 18 to 128 characters.";
        }

        if (AutoApprove is not null && SampleCustomers.Find(AutoApprove) is null)
        {
            yield return $"No customer is called '{AutoApprove}'. Known: {string.Join(", ", SampleCustomers.All.Select(customer => customer.Id))}.";
        }

        if (SecondHost is not null && !(Uri.TryCreate(SecondHost, UriKind.Absolute, out var host) && host.Scheme.StartsWith("http", StringComparison.Ordinal)))
        {
            yield return "The second host is an absolute http or https URL.";
        }
    }
}
