using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>The tokens of a session. <see cref="ObtainedAt"/> and <see cref="ExpiresAt"/> are instants of our clock, not Amazon's.</summary>
internal sealed record TokenSet(AccessToken AccessToken, RefreshToken? RefreshToken, DateTimeOffset ObtainedAt, DateTimeOffset ExpiresAt)
{
    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(10);

    public static TokenSet From(TokenResponse response, DateTimeOffset now) =>
        new(response.AccessToken, response.RefreshToken, now, now + response.ExpiresIn);

    /// <summary>An answer without a refresh token leaves the one that was used in force (RFC 6749 6).</summary>
    public TokenSet Renew(TokenResponse response, DateTimeOffset now) =>
        From(response, now) with { RefreshToken = response.RefreshToken ?? RefreshToken };

    public bool IsAlive(DateTimeOffset now) => now < ExpiresAt;

    /// <summary>Enough life left for a call: 10 s, less for a token that was short-lived from the start.</summary>
    public bool IsFresh(DateTimeOffset now)
    {
        var tenth = (ExpiresAt - ObtainedAt) / 10;
        return now < ExpiresAt - (tenth < LongestMargin ? tenth : LongestMargin);
    }
}
