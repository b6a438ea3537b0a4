namespace BffBroker.Sessions;

/// <summary>How long a refresh may take, for those who wait and in itself.</summary>
/// <param name="CallerWait">After so long a caller gets 503, while the refresh goes on.</param>
internal sealed record RefreshLimits(TimeSpan CallerWait)
{
    /// <summary>A slow answer is not a lost one: with single-use refresh tokens it is worth waiting for.</summary>
    public TimeSpan WholeRefresh { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a node looks whether another has finished its refresh.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between two tries to save what Amazon has answered.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>At most one token a session is replaced before its time in so long.</summary>
    public TimeSpan BetweenForced { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What a client is told to wait when Amazon did not say.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);
}
