using BffBroker.Sessions;

namespace BffBroker.Endpoints;

/// <summary>What came of a login whose <c>state</c> was good.</summary>
internal abstract record LoginOutcome
{
    private LoginOutcome()
    {
    }

    public sealed record Succeeded(OpenSession Session) : LoginOutcome;

    /// <param name="Error">For the page that began the login: <c>login_error</c>.</param>
    public sealed record Failed(string Error) : LoginOutcome;

    public static Failed Denied { get; } = new("access_denied");

    public static Failed Unavailable { get; } = new("temporarily_unavailable");

    public static Failed Refused { get; } = new("login_failed");
}
