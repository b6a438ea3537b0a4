using System.Net;
using System.Text.Json;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Flows;

/// <summary>A user sees and ends the sessions of all their browsers, and nobody else's.</summary>
public abstract class SessionsTests : IAsyncLifetime
{
    private readonly List<Browser> _browsers = [];
    private World _world = null!;

    private protected abstract Task<World> StartAsync(params (string Key, string Value)[] settings);

    public async ValueTask InitializeAsync() => _world = await StartAsync(("Session:PerUser", "4"), ("Session:IdleTimeout", "10:00:00"));

    public async ValueTask DisposeAsync()
    {
        _browsers.ForEach(browser => browser.Dispose());
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task The_list_has_all_live_sessions_of_the_user_the_newest_first()
    {
        var (first, second) = (await LogInAsync(), await LogInAsync());
        await LogInAsync("kim");

        var sessions = await ListAsync(second);

        Assert.Equal([IdOf(second), IdOf(first)], sessions.Select(session => session.GetProperty("id").GetString()));
        Assert.Equal([true, false], sessions.Select(session => session.GetProperty("current").GetBoolean()));
        Assert.All(sessions, session => Assert.Equal("TestBrowser/1.0", session.GetProperty("userAgent").GetString()));
        Assert.All(sessions, session => Assert.EndsWith("Z", session.GetProperty("createdAt").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_was_last_seen_a_tenth_of_the_idle_timeout_ago_at_most()
    {
        var browser = await LogInAsync();
        var createdAt = (await ListAsync(browser)).Single().GetProperty("createdAt").GetDateTime();

        _world.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(createdAt, (await ListAsync(browser)).Single().GetProperty("lastSeenAt").GetDateTime());

        _world.Clock.Advance(TimeSpan.FromMinutes(2));
        var session = (await ListAsync(browser)).Single();
        Assert.InRange(session.GetProperty("lastSeenAt").GetDateTime() - createdAt, TimeSpan.FromMinutes(61), TimeSpan.FromMinutes(62));
        Assert.Equal(createdAt, session.GetProperty("createdAt").GetDateTime());
    }

    [Fact]
    public async Task A_session_that_a_node_with_a_fast_clock_has_seen_is_in_the_list_and_can_be_ended()
    {
        var (own, other) = (await LogInAsync(), await LogInAsync());
        var store = _world.Broker.Services.GetRequiredService<ISessionStore>();
        await store.TouchAsync(new(IdOf(other)), (await store.LoadAsync(new(IdOf(other))))!.Seen, _world.Clock.GetUtcNow().AddMinutes(5), TimeSpan.FromHours(1));

        Assert.Equal([IdOf(other), IdOf(own)], await IdsAsync(own));
        Assert.Equal(HttpStatusCode.NoContent, (await DeleteAsync(own, $"/sessions/{IdOf(other)}")).StatusCode);
        await AssertIsOverAsync(other);
    }

    [Fact]
    public async Task An_idle_session_is_not_in_the_list()
    {
        var (used, idle) = (await LogInAsync(), await LogInAsync());
        _world.Clock.Advance(TimeSpan.FromHours(9));
        await AssertLivesAsync(used);
        _world.Clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal([IdOf(used)], await IdsAsync(used));
        await AssertIsOverAsync(idle);
    }

    [Fact]
    public async Task A_user_ends_one_of_their_sessions()
    {
        var (own, other) = (await LogInAsync(), await LogInAsync());

        Assert.Equal(HttpStatusCode.NoContent, (await DeleteAsync(own, $"/sessions/{IdOf(other)}")).StatusCode);

        await AssertIsOverAsync(other);
        Assert.Equal([IdOf(own)], await IdsAsync(own));
        Assert.Null(await RecordAsync(other));
        await (await DeleteAsync(own, $"/sessions/{IdOf(other)}")).AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task The_session_of_another_user_is_not_found_and_lives_on()
    {
        var (own, others) = (await LogInAsync(), await LogInAsync("kim"));

        await (await DeleteAsync(own, $"/sessions/{IdOf(others)}")).AssertProblemAsync(HttpStatusCode.NotFound, "not_found");

        await AssertLivesAsync(others);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("%F0%9F%92%A9")]
    public async Task An_id_that_is_none_is_not_found(string id)
    {
        var own = await LogInAsync();

        await (await DeleteAsync(own, $"/sessions/{id}")).AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task An_id_that_is_empty_ends_nothing()
    {
        var (own, other) = (await LogInAsync(), await LogInAsync());

        await (await DeleteAsync(own, "/sessions/")).AssertProblemAsync(HttpStatusCode.NotFound, "not_found");

        await AssertLivesAsync(other);
    }

    [Fact]
    public async Task A_user_ends_all_sessions_but_the_present_one()
    {
        var (own, other, third, others) = (await LogInAsync(), await LogInAsync(), await LogInAsync(), await LogInAsync("kim"));

        var response = await DeleteAsync(own, "/sessions");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Empty(response.SetCookies());
        await AssertIsOverAsync(other);
        await AssertIsOverAsync(third);
        await AssertLivesAsync(own);
        await AssertLivesAsync(others);
    }

    [Fact]
    public async Task A_logout_everywhere_ends_all_sessions_of_the_user_and_clears_the_cookie()
    {
        var (own, other, others) = (await LogInAsync(), await LogInAsync(), await LogInAsync("kim"));
        var cookie = own.Cookie(BrokerServer.PublicUrl, "__Host-bff");

        var response = await own.FetchAsync(HttpMethod.Post, World.At("/logout?everywhere=true"));

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.True(response.SetCookies().Single().IsGone);
        own.SetCookie(BrokerServer.PublicUrl, "__Host-bff", cookie);
        await AssertIsOverAsync(own);
        await AssertIsOverAsync(other);
        await AssertLivesAsync(others);
    }

    [Fact]
    public async Task A_logout_everywhere_reaches_a_session_that_was_just_replaced()
    {
        var browser = await LogInAsync();
        using var thief = _world.NewBrowser();
        thief.SetCookie(BrokerServer.PublicUrl, "__Host-bff", browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));
        await browser.VisitAsync(World.At("/login"));
        await AssertLivesAsync(thief);
        Assert.Equal([IdOf(browser)], await IdsAsync(browser));

        await browser.FetchAsync(HttpMethod.Post, World.At("/logout?everywhere=true"));

        await AssertIsOverAsync(thief);
    }

    [Theory]
    [InlineData("?everywhere=1")]
    [InlineData("?everywhere=")]
    [InlineData("?everywhere=true&everywhere=true")]
    [InlineData("?everywhere=false&everywhere=true")]
    public async Task A_logout_that_may_mean_everywhere_is_refused_and_ends_nothing(string query)
    {
        var browser = await LogInAsync();

        var response = await browser.FetchAsync(HttpMethod.Post, World.At("/logout" + query));

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Empty(response.SetCookies());
        await AssertLivesAsync(browser);
    }

    [Fact]
    public async Task A_logout_not_everywhere_leaves_the_other_browsers_alone()
    {
        var (own, other) = (await LogInAsync(), await LogInAsync());

        await own.FetchAsync(HttpMethod.Post, World.At("/logout?everywhere=false"));

        Assert.Equal([IdOf(other)], await IdsAsync(other));
    }

    [Fact]
    public async Task Without_a_session_there_is_nothing_to_see_and_nothing_to_end()
    {
        using var browser = _world.NewBrowser();

        await (await browser.FetchAsync(HttpMethod.Get, World.At("/sessions"))).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        await (await DeleteAsync(browser, "/sessions")).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        await (await DeleteAsync(browser, "/sessions/x")).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");
        Assert.Equal(HttpStatusCode.NoContent, (await browser.FetchAsync(HttpMethod.Post, World.At("/logout?everywhere=true"))).StatusCode);
    }

    [Fact]
    public async Task The_oldest_session_of_a_user_who_has_too_many_ends()
    {
        var browsers = new List<Browser>();
        for (var i = 0; i < 5; i++)
        {
            browsers.Add(await LogInAsync());
        }

        await AssertIsOverAsync(browsers[0]);
        Assert.Equal(browsers.Skip(1).Select(IdOf).Reverse(), await IdsAsync(browsers[4]));
    }

    [Fact]
    public async Task Logins_that_finish_together_end_no_more_sessions_than_are_too_many()
    {
        var vault = _world.Broker.Services.GetRequiredService<SessionVault>();
        var users = _world.Broker.Services.GetRequiredService<UserSessions>();
        var sessions = new List<OpenSession>();
        for (var i = 0; i < 5; i++)
        {
            _world.Clock.Advance(TimeSpan.FromMilliseconds(5));
            sessions.Add((await vault.CreateAsync(new("amzn1.account.ADA", null, null), Scopes.None, new(new("Atza|1"), null, _world.Clock.GetUtcNow(), _world.Clock.GetUtcNow())))!);
        }

        foreach (var session in sessions)
        {
            await users.EvictAsync(session);
        }

        Assert.Equal(sessions.Skip(1).Reverse().Select(session => session.Handle), (await users.ListAsync("amzn1.account.ADA")).Select(session => session.Handle));
    }

    [Fact]
    public async Task Tabs_of_one_browser_that_finish_together_count_as_one_session()
    {
        var others = new[] { await LogInAsync(), await LogInAsync(), await LogInAsync() };
        var browser = NewBrowser("TestBrowser/1.0");
        var callbacks = new List<Uri>();
        for (var tab = 0; tab < 7; tab++)
        {
            callbacks.Add((await browser.VisitAsync(World.At("/login"), stopBefore: url => url.AbsolutePath == "/callback")).Url);
        }

        var tabs = new List<string>();
        foreach (var callback in callbacks)
        {
            browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", null); // none of them has seen another's answer
            await browser.OpenAsync(callback);
            tabs.Add(browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")!);
        }

        Assert.Equal(10, (await ListAsync(browser)).Count);
        foreach (var tab in tabs)
        {
            browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", tab);
            await AssertLivesAsync(browser);
        }

        await Task.WhenAll(others.Select(AssertLivesAsync));

        _world.Clock.Advance(TimeSpan.FromSeconds(61));
        await browser.VisitAsync(World.At("/login"));
        Assert.Equal(4, (await ListAsync(browser)).Count);
    }

    [Fact]
    public async Task A_login_at_a_node_whose_clock_is_behind_does_not_end_itself()
    {
        for (var i = 0; i < 4; i++)
        {
            await LogInAsync();
        }

        _world.Clock.Advance(TimeSpan.FromHours(-1));
        var newest = await LogInAsync();

        Assert.Contains(IdOf(newest), await IdsAsync(newest));
    }

    [Fact]
    public async Task A_login_that_replaces_a_session_costs_no_other_one()
    {
        var browsers = new List<Browser>();
        for (var i = 0; i < 4; i++)
        {
            browsers.Add(await LogInAsync());
        }

        await browsers[3].VisitAsync(World.At("/login"));

        Assert.All(await Task.WhenAll(browsers.Select(browser => browser.FetchAsync(HttpMethod.Get, World.At("/me")))), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Fact]
    public async Task An_entry_without_a_record_is_not_shown_and_is_swept_once_no_login_can_be_under_way()
    {
        var own = await LogInAsync();
        var index = _world.Broker.Services.GetRequiredService<IUserIndex>();
        var (user, dead) = (await UserAsync(own), await LogInAsync());
        await _world.Broker.Services.GetRequiredService<ISessionStore>().DeleteAsync(new(IdOf(dead)));

        Assert.Equal([IdOf(own)], await IdsAsync(own));
        await (await DeleteAsync(own, $"/sessions/{IdOf(dead)}")).AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(2, (await index.LoadAsync(user)).Count);

        _world.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal([IdOf(own)], await IdsAsync(own));
        Assert.Equal([new SessionHandle(IdOf(own))], (await index.LoadAsync(user)).Keys);
    }

    [Fact]
    public async Task An_entry_that_was_lost_is_back_when_its_session_is_used()
    {
        var (own, other) = (await LogInAsync(), await LogInAsync());
        await _world.Broker.Services.GetRequiredService<IUserIndex>().RemoveAsync(await UserAsync(own), [new(IdOf(other))]);
        Assert.Equal([IdOf(own)], await IdsAsync(own));

        _world.Clock.Advance(TimeSpan.FromMinutes(61));
        await AssertLivesAsync(other);

        Assert.Equal([IdOf(other), IdOf(own)], await IdsAsync(own));
        Assert.Equal("TestBrowser/1.0", (await ListAsync(own))[0].GetProperty("userAgent").GetString());
    }

    [Fact]
    public async Task An_entry_copied_to_another_user_or_session_does_not_count()
    {
        var (own, others) = (await LogInAsync(), await LogInAsync("kim"));
        var index = _world.Broker.Services.GetRequiredService<IUserIndex>();
        var stolen = (await index.LoadAsync(await UserAsync(others))).Single();
        await index.AddAsync(await UserAsync(own), stolen.Key, stolen.Value, TimeSpan.FromHours(1));

        Assert.Equal([IdOf(own)], await IdsAsync(own));
        await (await DeleteAsync(own, $"/sessions/{IdOf(others)}")).AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        await AssertLivesAsync(others);
    }

    [Fact]
    public async Task A_session_that_Amazon_has_ended_leaves_no_entry()
    {
        var (own, other) = (await LogInAsync(), await LogInAsync());
        _world.Clock.Advance(TimeSpan.FromMinutes(61));
        _world.Amazon.Simulator.RevokeGrants("ada");
        await AssertIsOverAsync(other);

        Assert.Equal([new SessionHandle(IdOf(own))], (await _world.Broker.Services.GetRequiredService<IUserIndex>().LoadAsync(await UserAsync(own))).Keys);
    }

    [Fact]
    public async Task A_logout_everywhere_of_a_session_that_does_not_open_says_so_and_ends_nothing()
    {
        var (own, other) = (await LogInAsync(), await LogInAsync());
        var (store, handle) = (_world.Broker.Services.GetRequiredService<ISessionStore>(), new SessionHandle(IdOf(own)));
        await store.SaveAsync(handle, 1, 2, [1, 2, 3]);

        var response = await own.FetchAsync(HttpMethod.Post, World.At("/logout?everywhere=true"));

        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.Empty(response.SetCookies());
        await AssertLivesAsync(other);
        Assert.Equal(HttpStatusCode.NoContent, (await own.FetchAsync(HttpMethod.Post, World.At("/logout"))).StatusCode);
        Assert.Null(await store.LoadAsync(handle));
    }

    [Fact]
    public async Task A_user_agent_is_kept_within_bounds()
    {
        var browser = NewBrowser($"<script>{new string('x', 5000)}");
        await browser.VisitAsync(World.At("/login"));

        var userAgent = (await ListAsync(browser)).Single().GetProperty("userAgent").GetString()!;

        Assert.StartsWith("<script>xxx", userAgent, StringComparison.Ordinal);
        Assert.Equal(256, userAgent.Length);
    }

    private async Task<Browser> LogInAsync(string customer = "ada")
    {
        _world.Clock.Advance(TimeSpan.FromMilliseconds(5));
        _world.Amazon.Simulator.Settings.AutoApprove = customer;
        var browser = NewBrowser("TestBrowser/1.0");
        await browser.VisitAsync(World.At("/login"));
        Assert.NotNull(browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));
        return browser;
    }

    private Browser NewBrowser(string userAgent)
    {
        var browser = _world.NewBrowser();
        browser.UserAgent = userAgent;
        _browsers.Add(browser);
        return browser;
    }

    private static string IdOf(Browser browser) => SessionHandle.Of(CookieSecret.Parse(browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"))!).Value;

    private async Task<UserHandle> UserAsync(Browser browser)
    {
        var session = await (await browser.FetchAsync(HttpMethod.Get, World.At("/session"))).JsonAsync();
        return UserHandle.Of(AmazonSimulator.SimulatedClient.DefaultId, session.GetProperty("user").GetProperty("user_id").GetString()!);
    }

    private Task<StoredSession?> RecordAsync(Browser browser) => _world.Broker.Services.GetRequiredService<ISessionStore>().LoadAsync(new(IdOf(browser)));

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(Browser browser)
    {
        var response = await browser.FetchAsync(HttpMethod.Get, World.At("/sessions"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return [.. (await response.JsonAsync()).GetProperty("sessions").EnumerateArray()];
    }

    private static async Task<IEnumerable<string?>> IdsAsync(Browser browser) => (await ListAsync(browser)).Select(session => session.GetProperty("id").GetString());

    private static Task<HttpResponseMessage> DeleteAsync(Browser browser, string path) => browser.FetchAsync(HttpMethod.Delete, World.At(path));

    private static async Task AssertLivesAsync(Browser browser) =>
        Assert.Equal(HttpStatusCode.OK, (await browser.FetchAsync(HttpMethod.Get, World.At("/me"))).StatusCode);

    private static async Task AssertIsOverAsync(Browser browser) =>
        await (await browser.FetchAsync(HttpMethod.Get, World.At("/me"))).AssertProblemAsync(HttpStatusCode.Unauthorized, "login_required");

    public sealed class InMemory : SessionsTests
    {
        private protected override Task<World> StartAsync(params (string Key, string Value)[] settings) => World.StartAsync(settings);
    }

    public sealed class InRedis(RedisServer redis) : SessionsTests
    {
        private protected override Task<World> StartAsync(params (string Key, string Value)[] settings) => World.StartAsync(redis, settings);
    }
}
