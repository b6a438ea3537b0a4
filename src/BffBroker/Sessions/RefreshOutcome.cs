namespace BffBroker.Sessions;

/// <summary>What came of asking for a new access token, in the words of the metrics.</summary>
internal static class RefreshOutcome
{
    /// <summary>Amazon gave one to a caller who waited for it.</summary>
    public const string Refreshed = "refreshed";

    /// <summary>Amazon gave one ahead of time, and nobody waited.</summary>
    public const string Background = "background";

    /// <summary>Another caller, or another node, was at it or had it already.</summary>
    public const string Joined = "joined";

    /// <summary>Amazon said <c>invalid_grant</c>.</summary>
    public const string Rejected = "rejected";

    /// <summary>Amazon or the store gave no usable answer, or a send that may still be answered forbids another.</summary>
    public const string Unavailable = "unavailable";

    public static IReadOnlyList<string> All { get; } = [Refreshed, Background, Joined, Rejected, Unavailable];
}
