namespace BffBroker.Amazon;

/// <summary>Everything that can come of a request for the profile.</summary>
internal abstract record ProfileOutcome
{
    private ProfileOutcome()
    {
    }

    /// <param name="Json">A whole JSON object, byte for byte as Amazon sent it.</param>
    public sealed record Found(byte[] Json) : ProfileOutcome;

    /// <summary>LWA's 400 <c>invalid_token</c>: expired, revoked or malformed.</summary>
    public sealed record InvalidToken : ProfileOutcome;

    /// <summary>LWA's 401 <c>insufficient_scope</c>: no refresh helps, only more consent.</summary>
    public sealed record InsufficientScope : ProfileOutcome;

    /// <summary>No answer, 429 or a 5xx.</summary>
    public sealed record Unavailable(TimeSpan? RetryAfter) : ProfileOutcome;

    /// <summary>Anything else: HTML, XML, half an answer, a redirect, <c>invalid_request</c>.</summary>
    public sealed record Unexpected : ProfileOutcome;
}
