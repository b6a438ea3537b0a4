using BffBroker.OAuth;
using BffBroker.Sessions;

namespace BffBroker.Tests.Support;

/// <summary>A browser that has logged in.</summary>
/// <param name="Customer">Of the simulator.</param>
/// <param name="Cookie">The value of the session cookie.</param>
/// <param name="TokenEnd">From this instant on the access token of the login is dead.</param>
internal sealed record UserSession(string Customer, string Cookie, DateTimeOffset TokenEnd)
{
    /// <summary>Names the record in Redis.</summary>
    public string Handle { get; } = SessionHandle.Of(CookieSecret.Parse(Cookie)!).Value;

    public Task TokenEndedAsync() => Wait.UntilAsync(TokenEnd, "the access token to die");
}
