namespace BffBroker.Sessions;

/// <summary>One of a user's sessions, as it is shown to whoever may end it.</summary>
/// <param name="LastSeenAt">Exact to a tenth of the idle timeout.</param>
internal sealed record LiveSession(SessionHandle Handle, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, string? UserAgent);
