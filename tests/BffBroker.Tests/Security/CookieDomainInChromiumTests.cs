using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>One login for several hosts in a real browser, which alone decides what a sibling host sees and sets.</summary>
public sealed class CookieDomainInChromiumTests : IAsyncLifetime
{
    private const string Forged = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private static readonly string[] ForgedCompanions =
    [
        $"{CookieDomainWorld.Bind}={Forged}; Domain=example.com; Path=/; Secure",
        $"{CookieDomainWorld.Bind}={Forged}; Domain=auth.example.com; Path=/; Secure",
        $"{CookieDomainWorld.Bind}={Forged}; Path=/; Secure",
        $"__host-bff-bind={Forged}; Domain=example.com; Path=/; Secure",
        "tossed=1; Domain=example.com; Path=/; Secure",
    ];

    private CookieDomainWorld _world = null!;
    private SiblingHosts _hosts = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await CookieDomainWorld.StartAsync();
        _hosts = await SiblingHosts.StartAsync(_world.World.Broker.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await _hosts.DisposeAsync();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task One_login_is_seen_at_a_sibling_host_which_can_neither_see_nor_set_the_companion()
    {
        _hosts.Toss(ForgedCompanions);

        var page = await _hosts.LoadAsync(CookieDomainWorld.At("/login?returnUrl=https://wiki.example.com/page"));

        Assert.Matches("^__Secure-bff=[A-Za-z0-9_-]{43}$", _hosts.CookiesAt("wiki.example.com/page"));
        var cookies = _hosts.CookiesAt("auth.example.com/session").Split("; ").Select(cookie => cookie.Split('=')[0]);
        Assert.Equal([CookieDomainWorld.Bind, "__Host-bff-login", CookieDomainWorld.Session, "tossed"], cookies.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(Forged, _hosts.CookiesAt("auth.example.com/session"), StringComparison.Ordinal);
        Assert.Contains("/session 200 {\"authenticated\":true", page, StringComparison.Ordinal);
        Assert.Contains("/me 200 ", page, StringComparison.Ordinal);
        Assert.Contains("script sees: tossed=1</pre>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_a_sibling_host_plants_is_not_shown()
    {
        using var browser = _world.NewBrowser();
        var attacker = await _world.LogInAsync(browser);
        _hosts.Toss([$"{CookieDomainWorld.Session}={attacker.Key}; Domain=example.com; Path=/; Secure", $"{CookieDomainWorld.Bind}={attacker.Companion}; Domain=example.com; Path=/; Secure"]);

        var page = await _hosts.LoadAsync(CookieDomainWorld.At("/login?returnUrl=https://wiki.example.com/page"));

        Assert.Contains($"{CookieDomainWorld.Session}={attacker.Key}", _hosts.CookiesAt("auth.example.com/session"), StringComparison.Ordinal);
        Assert.DoesNotContain(attacker.Companion, _hosts.CookiesAt("auth.example.com/session"), StringComparison.Ordinal);
        Assert.Contains("/session 200 {\"authenticated\":false}", page, StringComparison.Ordinal);
        Assert.Contains("/me 401 ", page, StringComparison.Ordinal);
    }
}
