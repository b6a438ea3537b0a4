using System.Net;
using System.Text.Json;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Flows;

/// <summary>Users with several browsers each, of which four at a time may be logged in, with the sessions in memory or in Redis.</summary>
public abstract class SessionsOfUsers(RedisServer? redis) : IAsyncLifetime
{
    private readonly List<Browser> _browsers = [];
    private protected World _world = null!;

    public async ValueTask InitializeAsync()
    {
        (string, string)[] settings = [("Session:PerUser", "4"), ("Session:IdleTimeout", "10:00:00")];
        _world = redis is null ? await World.StartAsync(settings) : await World.StartAsync(redis, settings);
    }

    public async ValueTask DisposeAsync()
    {
        _browsers.ForEach(browser => browser.Dispose());
        await _world.DisposeAsync();
    }

    private protected async Task<Browser> LogInAsync(string customer = "ada")
    {
        _world.Clock.Advance(TimeSpan.FromMilliseconds(5));
        _world.Amazon.Simulator.Settings.AutoApprove = customer;
        var browser = NewBrowser("TestBrowser/1.0");
        await browser.VisitAsync(World.At("/login"));
        Assert.NotNull(browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));
        return browser;
    }

    private protected Browser NewBrowser(string userAgent)
    {
        var browser = _world.NewBrowser();
        browser.UserAgent = userAgent;
        _browsers.Add(browser);
        return browser;
    }

    private protected static string IdOf(Browser browser) => SessionHandle.Of(CookieSecret.Parse(browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"))!).Value;

    private protected async Task<UserHandle> UserAsync(Browser browser)
    {
        var session = await (await browser.FetchAsync(HttpMethod.Get, World.At("/session"))).JsonAsync();
        return UserHandle.Of(AmazonSimulator.SimulatedClient.DefaultId, session.GetProperty("user").GetProperty("user_id").GetString()!);
    }

    private protected Task<StoredSession?> RecordAsync(Browser browser) => _world.Broker.Services.GetRequiredService<ISessionStore>().LoadAsync(new(IdOf(browser)));

    private protected static async Task<IReadOnlyList<JsonElement>> ListAsync(Browser browser)
    {
        var response = await browser.FetchAsync(HttpMethod.Get, World.At("/sessions"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return [.. (await response.JsonAsync()).GetProperty("sessions").EnumerateArray()];
    }

    private protected static async Task<IEnumerable<string?>> IdsAsync(Browser browser) => (await ListAsync(browser)).Select(session => session.GetProperty("id").GetString());

    private protected static Task<HttpResponseMessage> DeleteAsync(Browser browser, string path) => browser.FetchAsync(HttpMethod.Delete, World.At(path));

    private protected static async Task AssertLivesAsync(Browser browser) =>
        Assert.Equal(HttpStatusCode.OK, (await browser.FetchAsync(HttpMethod.Get, World.At("/me"))).StatusCode);

    private protected static async Task AssertIsOverAsync(Browser browser) =>
        await (await browser.FetchAsync(HttpMethod.Get, World.At("/me"))).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
}
