namespace AmazonSimulator;

/// <summary>What becomes of an authorization request before any customer sees it.</summary>
internal abstract record AuthorizationOutcome
{
    private AuthorizationOutcome()
    {
    }

    public sealed record Accepted(AuthorizationRequest Request) : AuthorizationOutcome;

    /// <summary>The client learns of it by redirect.</summary>
    public sealed record SentBack(AuthorizationRequest Request, string Error, string Description) : AuthorizationOutcome;

    /// <summary>Nobody trustworthy to redirect to: the browser stays here.</summary>
    public sealed record Stopped(string Reason) : AuthorizationOutcome;
}
