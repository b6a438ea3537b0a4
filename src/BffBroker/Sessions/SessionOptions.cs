using System.ComponentModel.DataAnnotations;

namespace BffBroker.Sessions;

/// <summary>How long sessions live. Section <c>Session</c>.</summary>
internal sealed class SessionOptions
{
    public const string Section = "Session";

    /// <summary>A session unused for so long is over.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00", ErrorMessage = "Must be between {1} and {2}.")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromHours(8);

    /// <summary>A session is over so long after its login, used or not.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00", ErrorMessage = "Must be between {1} and {2}.")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// So long before it expires a token is refreshed in the background, but never before half its life is over, and for each session up to a
    /// fifth later than that. Zero: only once it expires.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00", ErrorMessage = "Must be between {1} and {2}.")]
    public TimeSpan RefreshAhead { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many sessions a user may have; the oldest ends for the newest.</summary>
    [Range(1, 10_000, ErrorMessage = "Must be between {1} and {2}.")]
    public int PerUser { get; set; } = 50;

    /// <summary>False: the browser drops the session cookie when it is closed. The session's own limits stay as they are.</summary>
    public bool PersistentCookie { get; set; } = true;

    /// <summary>Of the session cookie. Null: <c>__Host-bff</c>, whose prefix keeps other hosts of the site from setting one; with a domain <c>__Secure-bff</c>.</summary>
    public string? CookieName { get; set; }

    /// <summary>All of whose hosts see the session cookie, so that one login serves several of them. None: the public host alone.</summary>
    public string? CookieDomain { get; set; }
}
