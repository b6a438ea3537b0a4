using System.Security.Cryptography;

namespace AmazonSimulator;

/// <summary>Who is signed in at which browser, so that a second app needs no second sign-in.</summary>
internal sealed class SignIns
{
    private const string Cookie = "simulator-session";

    private readonly BoundedStore<SimulatedCustomer> _customers = new(10_000);

    public SimulatedCustomer? Find(HttpContext http) =>
        http.Request.Cookies[Cookie] is { } session ? _customers.Find(session) : null;

    public void SignIn(HttpContext http, SimulatedCustomer customer)
    {
        // A new session for each sign-in: one that was planted beforehand gains nothing.
        var session = RandomNumberGenerator.GetHexString(32);
        _customers.Add(session, customer);
        http.Response.Cookies.Append(
            Cookie, session, new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, Path = "/" });
    }

    public void Clear() => _customers.Clear();
}
