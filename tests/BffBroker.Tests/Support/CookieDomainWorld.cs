using BffBroker.Endpoints;
using BffBroker.OAuth;
using BffBroker.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Support;

/// <summary>A broker at auth.example.com whose session cookie all hosts of example.com see. One of them, the wiki, cannot be trusted.</summary>
internal sealed class CookieDomainWorld : IAsyncDisposable
{
    public const string Session = "__Secure-bff";
    public const string Bind = "__Host-bff-bind";

    public static readonly Uri Auth = new("https://auth.example.com");
    public static readonly Uri Wiki = new("https://wiki.example.com");

    public static readonly (string Key, string Value)[] Shared =
        [("Broker:PublicUrl", Auth.ToString()), ("Session:CookieDomain", "example.com"), ("Broker:ReturnOrigins:0", "https://wiki.example.com")];

    private CookieDomainWorld(World world)
    {
        World = world;
        Browser = NewBrowser();
        world.Amazon.Simulator.Clients.All[0].AddRedirectUri(At("/callback").ToString());
    }

    public World World { get; }

    public Browser Browser { get; }

    public static async Task<CookieDomainWorld> StartAsync(params (string Key, string Value)[] settings) => new(
        await World.StartAsync([.. Shared.ExceptBy(settings.Select(setting => setting.Key), setting => setting.Key), .. settings]));

    public static Uri At(string pathAndQuery) => new(Auth, pathAndQuery);

    public Browser NewBrowser() => new Browser().Route("auth.example.com:443", World.Broker.Url);

    /// <summary>The simulated customer is whoever approves at present.</summary>
    public async Task<Cookies> LogInAsync(Browser browser, string? customer = null)
    {
        World.Amazon.Simulator.Settings.AutoApprove = customer ?? "ada";
        await browser.VisitAsync(At("/login"), stopBefore: url => url.AbsolutePath == "/");
        return new(browser.Cookie(Auth, Session)!, browser.Cookie(Auth, Bind)!);
    }

    /// <summary>The page's script, in a browser that sends exactly these cookies.</summary>
    public async Task<HttpResponseMessage> FetchAsync(HttpMethod method, string path, string cookies)
    {
        using var browser = NewBrowser();
        return await browser.SendAsync(method, At(path), headers: [("Sec-Fetch-Site", "same-origin"), ("Cookie", cookies)]);
    }

    public async Task<bool> IsLoggedInAsync(Cookies cookies) =>
        (await (await FetchAsync(HttpMethod.Get, "/session", cookies.Both)).JsonAsync()).GetProperty("authenticated").GetBoolean();

    /// <summary>Whose profile this browser gets; null when it is not logged in.</summary>
    public static async Task<string?> UserAsync(Browser browser)
    {
        var session = await (await browser.FetchAsync(HttpMethod.Get, At("/session"))).JsonAsync();
        return session.TryGetProperty("user", out var user) ? user.GetProperty("name").GetString() : null;
    }

    public async Task<bool> HasRecordAsync(Cookies cookies) =>
        await World.Broker.Services.GetRequiredService<ISessionStore>().LoadAsync(SessionHandle.Of(CookieSecret.Parse(cookies.Key)!)) is not null;

    /// <summary>As <c>/auth/…</c> does.</summary>
    public static async Task<SessionLookup?> FindForGatewayAsync(BrokerServer broker, string cookies)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Cookie = cookies;
        return await broker.Services.GetRequiredService<SessionAccess>().FindForGatewayAsync(http);
    }

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await World.DisposeAsync();
    }

    /// <summary>Of one login.</summary>
    internal sealed record Cookies(string Key, string Companion)
    {
        public string Both => $"{Session}={Key}; {Bind}={Companion}";

        public string KeyAlone => $"{Session}={Key}";
    }
}
