namespace BffBroker.Sessions;

/// <summary>Everything that can happen when a session is asked for an access token.</summary>
internal abstract record TokenOutcome
{
    private TokenOutcome()
    {
    }

    /// <summary>A token that Amazon should accept, and the generation it came with.</summary>
    public sealed record Usable(OpenSession Session) : TokenOutcome;

    /// <summary>No session, or Amazon said <c>invalid_grant</c>: only a new login helps.</summary>
    public sealed record LoginRequired : TokenOutcome;

    /// <summary>Amazon did not answer, and no living token is left. The session is kept.</summary>
    public sealed record Unavailable(TimeSpan RetryAfter) : TokenOutcome;

    /// <summary>Amazon answered what it does not document, or keeps rejecting fresh tokens. The session is kept.</summary>
    public sealed record AmazonError : TokenOutcome;

    /// <summary>The record no longer opens. It is kept.</summary>
    public sealed record Unreadable : TokenOutcome;
}
