namespace BffBroker.Sessions;

/// <summary>Why a session ended, in the words of the log and the metrics.</summary>
internal static class SessionEndReason
{
    public const string Logout = "logout";
    public const string LogoutEverywhere = "logout_everywhere";
    public const string EndedByUser = "ended_by_user";
    public const string EndedByAdmin = "ended_by_admin";
    public const string Evicted = "evicted";
    public const string RefreshRejected = "refresh_rejected";
    public const string ReplacedByLogin = "replaced_by_login";

    public static IReadOnlyList<string> All { get; } = [Logout, LogoutEverywhere, EndedByUser, EndedByAdmin, Evicted, RefreshRejected, ReplacedByLogin];
}
