namespace BffBroker.Sessions;

/// <summary>How long a refresh may take, for those who wait and in itself.</summary>
/// <param name="CallerWait">After so long a caller gets 503, while the refresh goes on.</param>
/// <param name="Ahead">How long before its end a token is refreshed in the background; zero for never.</param>
internal sealed record RefreshLimits(TimeSpan CallerWait, TimeSpan Ahead)
{
    /// <summary>A slow answer is not a lost one: with single-use refresh tokens it is worth waiting for.</summary>
    public TimeSpan WholeRefresh { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After so long a node looks whether another has finished its refresh, should it not have heard of it.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>However often it hears of releases, a node looks no more often than this.</summary>
    public TimeSpan ShortestLook { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a node that was cut off, and is back, may take to save what it has.</summary>
    public TimeSpan LateSave { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>At most one token a session is replaced before its time in so long.</summary>
    public TimeSpan BetweenForced { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What a client is told to wait when Amazon did not say.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);
}
