namespace BffBroker.OAuth;

/// <summary>Everything that can come of an access token request, for a code as for a refresh token.</summary>
internal abstract record TokenRequestOutcome
{
    private TokenRequestOutcome()
    {
    }

    public sealed record Issued(TokenResponse Response) : TokenRequestOutcome;

    /// <summary>RFC 6749 5.2 <c>invalid_grant</c>: this code or refresh token will never work again.</summary>
    public sealed record InvalidGrant : TokenRequestOutcome;

    /// <summary>
    /// Not sent, 429, a 5xx, or <c>invalid_client</c>/<c>unauthorized_client</c>, which is ours to mend. Says nothing about the grant, and the
    /// request has not used it up.
    /// </summary>
    /// <param name="RetryAfter">What Amazon asked for, if it did.</param>
    public sealed record Unavailable(TimeSpan? RetryAfter) : TokenRequestOutcome;

    /// <summary>
    /// The request went out and no whole answer came back: it may have been done, and a code or refresh token that is good for one use may be
    /// used up.
    /// </summary>
    public sealed record Unanswered : TokenRequestOutcome;

    /// <summary>An answer that LWA does not document for this request. Says nothing about the grant.</summary>
    /// <param name="MayBeDone">It was no refusal, so the request may have been done, and its code or refresh token be used up.</param>
    public sealed record Unexpected(bool MayBeDone) : TokenRequestOutcome;
}
