namespace BffBroker.Sessions;

/// <summary>One of a user's sessions, as it is shown to whoever may end it.</summary>
/// <param name="LastSeenAt">Exact to a tenth of the idle timeout.</param>
/// <param name="Browser">The same for tabs of one browser that log in together; not to be shown.</param>
internal sealed record LiveSession(SessionHandle Handle, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, string? UserAgent, string? Browser)
{
    private static readonly TimeSpan Together = TimeSpan.FromMinutes(1);

    /// <summary>Both were begun at about the same time by tabs of one browser, which keeps the cookie of one of them: nobody knows of which.</summary>
    public bool MayStandFor(LiveSession other) => Browser is not null && Browser == other.Browser && (CreatedAt - other.CreatedAt).Duration() < Together;
}
