using System.Net;
using BffBroker.OAuth;
using BffBroker.Redis;
using BffBroker.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BffBroker.Tests.Support;

/// <summary>One Amazon, one broker, one browser: what most flows need.</summary>
internal sealed class World : IAsyncDisposable
{
    private readonly (string Key, string Value)[] _settings;

    private World(AdjustableClock clock, AmazonServer amazon, BrokerServer broker, (string Key, string Value)[] settings)
    {
        (Clock, Amazon, Broker, _settings) = (clock, amazon, broker, settings);
        Browser = NewBrowser();
    }

    public AdjustableClock Clock { get; }

    public AmazonServer Amazon { get; }

    public BrokerServer Broker { get; }

    public Browser Browser { get; }

    public static async Task<World> StartAsync(params (string Key, string Value)[] settings)
    {
        var clock = new AdjustableClock();
        var amazon = await AmazonServer.StartAsync(clock);
        return new(clock, amazon, await BrokerServer.StartAsync(amazon.Url, clock, settings), settings);
    }

    /// <summary>The same on the real Redis, under keys of its own; a machine that is busy with other tests is no outage.</summary>
    public static Task<World> StartAsync(RedisServer redis, params (string Key, string Value)[] settings) =>
        StartAsync([("ConnectionStrings:Redis", redis.ConnectionString), ("Redis:KeyPrefix", $"test-{Guid.NewGuid():N}:"), ("Redis:Timeout", "00:00:05"), .. settings]);

    /// <summary>Another node with the same settings.</summary>
    public Task<BrokerServer> StartNodeAsync() => BrokerServer.StartAsync(Amazon.Url, Clock, _settings);

    public string KeyPrefix => Broker.Services.GetRequiredService<IOptions<RedisOptions>>().Value.KeyPrefix;

    /// <summary>Settings with which no Redis is to be found.</summary>
    public static (string Key, string Value)[] NoRedis => [("ConnectionStrings:Redis", $"127.0.0.1:{Ports.Free()}"), ("Redis:Timeout", "00:00:00.05")];

    public static Uri At(string pathAndQuery) => new(BrokerServer.PublicUrl, pathAndQuery);

    public Browser NewBrowser() => new Browser().Route(BrokerServer.Authority, Broker.Url);

    /// <summary>Another browser with the same session cookie, at another node where one is named.</summary>
    public Browser NewTwin(BrokerServer? node = null)
    {
        var twin = new Browser().Route(BrokerServer.Authority, (node ?? Broker).Url);
        twin.SetCookie(BrokerServer.PublicUrl, "__Host-bff", Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));
        return twin;
    }

    /// <summary>At the management listener; null sends no Authorization header.</summary>
    public Task<HttpResponseMessage> AdministerAsync(HttpMethod method, string path, string? authorization = $"Bearer {BrokerNodes.AdminKey}") =>
        Browser.SendAsync(method, new(Broker.ManagementUrl, path), headers: authorization is null ? [] : [("Authorization", authorization)]);

    public Task<HttpResponseMessage> GetAsync(string path) => Browser.FetchAsync(HttpMethod.Get, At(path));

    public Task<HttpResponseMessage> PostAsync(string path, HttpContent? content = null) => Browser.FetchAsync(HttpMethod.Post, At(path), content);

    /// <summary>Through Amazon and back; ends at the return URL.</summary>
    public async Task<Visit> LogInAsync(string login = "/login")
    {
        var visit = await Browser.VisitAsync(At(login));
        Assert.DoesNotContain("login_error", visit.Url.Query, StringComparison.Ordinal);
        Assert.NotNull(Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));
        return visit;
    }

    /// <summary>The login as far as the way back from Amazon, which is not taken: the callback's URL.</summary>
    public async Task<Uri> LogInUpToCallbackAsync(string login = "/login")
    {
        var visit = await Browser.VisitAsync(At(login), stopBefore: url => url.AbsolutePath.EndsWith("/callback", StringComparison.Ordinal));
        Assert.EndsWith("/callback", visit.Url.AbsolutePath, StringComparison.Ordinal);
        return visit.Url;
    }

    /// <summary>The record of the browser's session, as the store has it. Null when there is none.</summary>
    public Task<StoredSession?> RecordAsync() => Broker.Services.GetRequiredService<ISessionStore>().LoadAsync(SessionHandle.Of(SessionKey));

    /// <summary>Of the record, in Redis.</summary>
    public string RecordKey => $"{KeyPrefix}{{{SessionHandle.Of(SessionKey).Value}}}";

    public CookieSecret SessionKey => CookieSecret.Parse(Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"))!;

    public async Task<string> UserIdAsync() => (await (await GetAsync("/session")).JsonAsync()).GetProperty("user").GetProperty("user_id").GetString()!;

    public async Task AssertLoggedInAsync() => Assert.Equal(HttpStatusCode.OK, (await GetAsync("/me")).StatusCode);

    public async Task AssertLoggedOutAsync() => await (await GetAsync("/me")).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await Broker.DisposeAsync();
        await Amazon.DisposeAsync();
    }
}
