using System.Net;
using System.Text;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>
/// <c>Session:CookieDomain</c> comes or goes while there are sessions: those of before are nobody's. A key that sibling hosts have seen is none for
/// the host alone, and one that has no companion is none for the domain.
/// </summary>
public sealed class ChangedCookieDomainTests(RedisServer redis)
{
    [Fact]
    public async Task A_session_of_the_time_before_the_domain_asks_for_a_new_login()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        var shared = await world.StartNodeAsync(CookieDomainWorld.Shared);
        var cookies = $"{CookieDomainWorld.Session}={world.UserCookie}; {CookieDomainWorld.Bind}={CookieSecret.Create().Encode()}";

        await (await FetchAsync(shared, CookieDomainWorld.At("/me"), cookies)).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        Assert.IsType<SessionLookup.Missing>(await CookieDomainWorld.FindForGatewayAsync(shared, cookies));
        Assert.Null(await CookieDomainWorld.FindForGatewayAsync(shared, $"__Host-bff={world.UserCookie}"));
        await world.AssertServesUserAsync(world.World.Broker);
    }

    [Fact]
    public async Task A_shared_session_is_none_once_the_domain_is_gone()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        var (key, companion) = await LogInAsync(world);
        var later = await world.StartNodeAsync();

        await (await world.GetAsync(later, "/me", key)).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        await (await FetchAsync(later, World.At("/me"), $"__Host-bff={key}; {CookieDomainWorld.Bind}={companion}")).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        Assert.IsType<SessionLookup.Missing>(await CookieDomainWorld.FindForGatewayAsync(later, $"__Host-bff={key}"));
    }

    [Fact]
    public async Task Redis_holds_neither_cookie_of_a_shared_session_even_for_who_has_the_key_ring()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        var (key, companion) = await LogInAsync(world);

        var dump = await RedisDump.TakeAsync(world);
        var layers = dump.Layers().ToList();

        Assert.True(dump.Opened > 0);
        Assert.All([key, companion], secret => Assert.All(layers, layer =>
            Assert.False(layer.AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret)) >= 0 || layer.AsSpan().IndexOf(CookieSecret.Parse(secret)!.Bytes) >= 0)));
    }

    [Fact]
    public void A_record_holds_the_hash_of_the_companion_and_not_the_companion()
    {
        var companion = CookieSecret.Create();
        var now = DateTimeOffset.UnixEpoch;
        var session = new Session(new("amzn1.account.X", null, null), Scopes.None, now, now, new(new("Atza|1"), null, now, now), Bind: BindHash.Of(companion));

        var record = SessionRecord.From(session);

        Assert.Equal(System.Buffers.Text.Base64Url.EncodeToString(companion.Hash()), record.Bind);
        Assert.True(record.ToSession().IsBoundTo(companion));
        Assert.False(record.ToSession().IsBoundTo(CookieSecret.Create()));
        Assert.False(record.ToSession().IsBoundTo(null));
        Assert.False((session with { Bind = null }).IsBoundTo(companion));
    }

    private static async Task<(string Key, string Companion)> LogInAsync(KeyRingWorld world)
    {
        world.World.Amazon.Simulator.Clients.All[0].AddRedirectUri(CookieDomainWorld.At("/callback").ToString());
        var shared = await world.StartNodeAsync(CookieDomainWorld.Shared);
        using var browser = new Browser().Route("auth.example.com:443", shared.Url);
        await browser.VisitAsync(CookieDomainWorld.At("/login"), stopBefore: url => url.AbsolutePath == "/");
        return (browser.Cookie(CookieDomainWorld.Auth, CookieDomainWorld.Session)!, browser.Cookie(CookieDomainWorld.Auth, CookieDomainWorld.Bind)!);
    }

    private static async Task<HttpResponseMessage> FetchAsync(BrokerServer node, Uri url, string cookies)
    {
        using var browser = new Browser().Route("auth.example.com:443", node.Url).Route(BrokerServer.Authority, node.Url);
        return await browser.SendAsync(HttpMethod.Get, url, headers: [("Sec-Fetch-Site", "same-origin"), ("Cookie", cookies)]);
    }
}
