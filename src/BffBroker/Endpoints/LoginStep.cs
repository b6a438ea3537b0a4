namespace BffBroker.Endpoints;

/// <summary>How far a login came, in the words of the metrics.</summary>
internal static class LoginStep
{
    /// <summary>The browser was sent to Amazon.</summary>
    public const string Started = "started";

    /// <summary>It came back, and has a session.</summary>
    public const string Succeeded = "succeeded";

    /// <summary>The user declined at Amazon.</summary>
    public const string Denied = "denied";

    /// <summary>
    /// Refused before Amazon was asked: the <c>state</c> is missing, forged, expired, used or of another browser, or the callback is malformed.
    /// </summary>
    public const string RejectedState = "rejected_state";

    /// <summary>Amazon, Redis or the broker could not finish it, or Amazon's answer was refused.</summary>
    public const string Failed = "failed";

    public static IReadOnlyList<string> All { get; } = [Started, Succeeded, Denied, RejectedState, Failed];
}
