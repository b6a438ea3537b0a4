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

    /// <summary>Whether it is time for a new one, although this one serves for a while.</summary>
    /// <param name="ahead">How long before the end at the earliest, if that is in the second half of the token's life.</param>
    /// <param name="spread">0 to 1: how much of a fifth of that it is put off.</param>
    public bool IsDue(DateTimeOffset now, TimeSpan ahead, double spread)
    {
        var half = (ExpiresAt - ObtainedAt) / 2;
        return now >= ExpiresAt - ((ahead < half ? ahead : half) * (1 - (spread / 5)));
    }

    /// <summary>Enough life left for a call: 10 s, less for a token that was short-lived from the start.</summary>
    public bool IsFresh(DateTimeOffset now)
    {
        var tenth = (ExpiresAt - ObtainedAt) / 10;
        return now < ExpiresAt - (tenth < LongestMargin ? tenth : LongestMargin);
    }
}
