using BffBroker.Sessions;

namespace BffBroker.Amazon;

/// <summary>Whose a new access token is, after the check that it was issued to us.</summary>
internal abstract record IdentityOutcome
{
    private IdentityOutcome()
    {
    }

    public sealed record Confirmed(UserIdentity User) : IdentityOutcome;

    /// <summary>Another client's token, another user's profile, or no <c>user_id</c>.</summary>
    public sealed record Refused : IdentityOutcome;

    /// <summary>No answer, 429 or a 5xx.</summary>
    public sealed record Unavailable : IdentityOutcome;
}
