namespace BffBroker.Endpoints;

/// <summary>What a page says where a program gets a code: what happened, and what to do, for somebody who has never heard of a broker.</summary>
/// <param name="TriesAgain">The page's own address may well be answered in a while: its link leads there, and not to a new login.</param>
/// <param name="Operator">For who runs the site, where a visitor can do nothing.</param>
internal sealed record PageWords(string Title, string Happened, string Remedy, bool TriesAgain = false, string? Operator = null)
{
    private static readonly Dictionary<string, PageWords> Known = new(StringComparer.Ordinal)
    {
        [Problems.InvalidState] = new(
            "This login cannot be finished",
            "It may have taken too long, been finished before, or been begun in another browser.",
            "Log in again to go on."),
        [Problems.RateLimited] = new(
            "Too many attempts",
            "Within a minute, more logins were begun from your network than one network may begin.",
            "Nothing is lost. Wait a minute, then try again.",
            TriesAgain: true),
        [Problems.LoginRequired] = new(
            "You are not logged in",
            "Your last login did not succeed.",
            "Log in again to go on."),
        [Problems.HostMismatch] = new(
            "This login cannot begin",
            "The site is not set up correctly, and nothing in your browser can change that.",
            "Please tell the people who run this site.",
            TriesAgain: true),
        [Problems.TemporarilyUnavailable] = new(
            "Please wait a moment",
            "A service that the login needs does not answer right now.",
            "Nothing is lost. Try again, and the login goes on where it stopped.",
            TriesAgain: true),
        [Problems.AmazonError] = new(
            "Please wait a moment",
            "Login with Amazon does not answer as it should.",
            "Nothing is lost. Try again in a moment.",
            TriesAgain: true),
        [Problems.NotAllowed] = new(
            "You may not open this page",
            "You are logged in, but this site does not let your account in.",
            "Log in with another account, or ask the people who run this site."),
        [Problems.InsufficientScope] = new(
            "This page needs your consent",
            "It needs something of your Amazon account that you have not shared with this site.",
            "Log in again, and Amazon asks you for it."),
        [Problems.GatewayNotConfigured] = Misconfigured("Broker:TrustedProxies names nobody: it must name the gateway's address."),
        [Problems.UntrustedProxy] = Misconfigured("The gateway's address is none of Broker:TrustedProxies."),
        [Problems.GatewayKeyRequired] = Misconfigured("The gateway does not send Gateway:Key as X-Bff-Gateway-Key, or sends another one."),
        [Problems.UnknownHost] = Misconfigured("No login at this broker is for this host: see Session:CookieDomain and Broker:ReturnOrigins."),
        [Problems.InternalError] = new(
            "Something went wrong",
            "The fault is on this site's side, not on yours.",
            "Log in again. Should it go wrong once more, tell the people who run this site, and give them the reference below."),
    };

    // What cannot be read is of many kinds, and all of them come to the same for who sees the page.
    private static readonly PageWords Unreadable = new(
        "This address cannot be used",
        "Something in it is missing, or was changed on the way here.",
        "Log in again to go on.");

    public static PageWords SeveralSessions { get; } = new(
        Known[Problems.LoginRequired].Title,
        "Your browser has more than one session cookie for this site, and nobody can tell which of them is right.",
        "Log in again. If that does not help, delete this site's cookies in the settings of your browser.");

    /// <summary>A form that was sent after its session had ended.</summary>
    public static PageWords NothingSent { get; } = new(
        Known[Problems.LoginRequired].Title,
        "Your session has ended, and what you have just sent was not passed on.",
        "Log in, then send it again. If you want to save what you wrote first, go back in your browser.");

    public static PageWords UnreadableSession { get; } = new(
        "Please wait a moment",
        "Your session cannot be read right now. It is kept.",
        "Reload this page in a moment. If that does not help, log in again.");

    private static PageWords Misconfigured(string text) => new(
        "This page cannot be shown",
        "The site is not set up correctly, and nothing in your browser can change that.",
        "Please tell the people who run this site.",
        TriesAgain: true,
        Operator: text);

    public static PageWords Of(string code) => Known.GetValueOrDefault(code, Unreadable);
}
