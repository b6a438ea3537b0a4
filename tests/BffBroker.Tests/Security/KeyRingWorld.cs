using System.Net;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace BffBroker.Tests.Security;

/// <summary>A <see cref="Support.World"/> whose key ring in Redis has a certificate, with a user who is logged in, and more nodes where wanted.</summary>
internal sealed class KeyRingWorld : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly List<BrokerServer> _nodes = [];
    private readonly Dictionary<string, string> _settings;

    private KeyRingWorld(TemporaryFolder folder, CertificateFile certificate, World world, IDatabase redis, Dictionary<string, string> settings)
    {
        (_folder, _settings) = (folder, settings);
        (Certificate, World, Redis, KeyPrefix) = (certificate, world, redis, world.KeyPrefix);
    }

    public World World { get; }

    public IDatabase Redis { get; }

    public CertificateFile Certificate { get; }

    public string KeyPrefix { get; }

    public string RingKey => KeyPrefix + "keys";

    public string UserCookie { get; private set; } = "";

    public static Task<KeyRingWorld> StartAsync(RedisServer redis) => StartAsync(redis.ConnectionString, redis.Database);

    public static async Task<KeyRingWorld> StartAsync(string connectionString, IDatabase redis)
    {
        var folder = new TemporaryFolder();
        var certificate = CertificateFile.Create(folder.Path);
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:Redis"] = connectionString,
            ["Redis:KeyPrefix"] = $"test-{Guid.NewGuid():N}:",
            ["Redis:Timeout"] = "00:00:05",
            ["KeyRing:CertificateFile"] = certificate.Path,
        };
        var world = new KeyRingWorld(folder, certificate, await World.StartAsync([.. settings.Select(setting => (setting.Key, setting.Value))]), redis, settings);
        await world.World.LogInAsync();
        world.UserCookie = world.World.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")!;
        return world;
    }

    /// <summary>Another node, as it would start now; <paramref name="settings"/> are its own.</summary>
    public async Task<BrokerServer> StartNodeAsync(params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string>(_settings);
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        var node = await BrokerServer.StartAsync(World.Amazon.Url, World.Clock, [.. all.Select(setting => (setting.Key, setting.Value))]);
        _nodes.Add(node);
        return node;
    }

    /// <summary>The key of the record of this cookie's session.</summary>
    public string RecordOf(CookieSecret cookie) => $"{KeyPrefix}{{{SessionHandle.Of(cookie).Value}}}";

    public async Task<string[]> RingAsync() => [.. (await Redis.ListRangeAsync(RingKey)).Select(value => (string)value!)];

    /// <summary>What a page sees that brings this cookie to this node.</summary>
    public async Task<HttpResponseMessage> GetAsync(BrokerServer node, string path, string cookie)
    {
        using var browser = new Browser().Route(BrokerServer.Authority, node.Url);
        browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", cookie);
        return await browser.FetchAsync(HttpMethod.Get, World.At(path));
    }

    public async Task AssertServesUserAsync(BrokerServer node) => Assert.Equal(HttpStatusCode.OK, (await GetAsync(node, "/me", UserCookie)).StatusCode);

    /// <summary>A login from its beginning to its end at this node, and its session cookie.</summary>
    public static async Task<string> LogInAsync(BrokerServer node)
    {
        using var browser = new Browser().Route(BrokerServer.Authority, node.Url);
        await browser.VisitAsync(World.At("/login"));
        return browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")!;
    }

    /// <summary>What does not open may have the ring read again.</summary>
    public void LetReload() => World.Clock.Advance(TimeSpan.FromSeconds(11));

    /// <summary>As after an outage of Redis.</summary>
    public static void Restore(BrokerServer node) => node.Services.GetRequiredService<StoreSignals>().Restored();

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        await World.DisposeAsync();
        _folder.Dispose();
    }
}
