namespace BffBroker.Sessions;

/// <summary>Why a session ended, in the words of the log and the metrics.</summary>
internal static class SessionEndReason
{
    public const string Logout = "logout";
    public const string RefreshRejected = "refresh_rejected";
    public const string ReplacedByLogin = "replaced_by_login";
}
