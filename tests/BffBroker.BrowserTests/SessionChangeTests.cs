using BffBroker.BrowserTests.Support;
using BffBroker.Tests.Support;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests;

/// <summary>A page learns that its user has changed, or is about to be signed out, without asking for it.</summary>
public sealed class SessionChangeTests(RealBrowser browser)
{
    // The broker as far as /session goes, in the page: it follows the page's clock, which a test puts forward, and is a quarter of an hour ahead of it.
    private const string Broker = """
        (() => {
          const minute = 60_000;
          const now = () => Date.now() + 15 * minute;
          const instant = (time) => new Date(time).toISOString();
          const broker = { asked: [], told: [], user: 'ada', reachable: true, end: now() + 150 * minute, use: () => { broker.idleEnd = Math.min(now() + 60 * minute, broker.end); } };
          const answer = (path) => {
            if (path === '/me') return { user_id: broker.user };
            if (path === '/sessions') return { sessions: [] };
            if (now() >= broker.idleEnd) return { authenticated: false };
            if (path === '/session') broker.use();
            return {
              authenticated: true, id: broker.user, user: { user_id: broker.user }, scopes: [], createdAt: instant(now()), expiresAt: instant(broker.end), idleExpiresAt: instant(broker.idleEnd),
            };
          };
          broker.use();
          window.broker = broker;
          window.fetch = async ({ url }) => {
            const { pathname, search } = new URL(url);
            broker.asked.push(pathname + search);
            if (!broker.reachable) throw new TypeError('Failed to fetch');
            return new Response(JSON.stringify(answer(pathname + search)), { headers: { Date: new Date(now()).toUTCString() } });
          };
        })();
        """;

    private const string Watch = """
        async () => {
          const { keepAlive, onExpiring, onSessionChange, session } = await import('/bff.js');
          await session();
          Object.assign(broker, { keepAlive, stop: onExpiring(60, (left, keepable) => broker.told.push(left === undefined ? 'over' : left > 60 ? 'early' : keepable ? 'idle' : 'end')) });
          onSessionChange((change) => broker.told.push(change));
        }
        """;

    private const string ToldOfChanges = """
        async () => {
          const { onSessionChange, session } = await import('/bff.js');
          window.told = [];
          onSessionChange((change) => told.push(change));
          await session();
        }
        """;

    [Fact]
    public async Task A_user_is_warned_when_the_session_was_not_used_and_not_while_it_is()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await WatchAsync(sandbox);

        await ada.Page.Clock.FastForwardAsync("58:00");
        await ada.Page.EvaluateAsync("broker.use()"); // by an API call, or in another tab
        await ada.Page.Clock.FastForwardAsync("01:30");
        await AskedAsync(ada.Page, "/session,/session?touch=false"); // looked, and said nothing
        await ada.Page.Clock.FastForwardAsync("57:50");
        await ToldAsync(ada.Page, "idle");

        await ada.Page.EvaluateAsync("broker.keepAlive()");
        await ToldAsync(ada.Page, "idle,over");
    }

    [Fact]
    public async Task Whoever_watches_a_session_does_not_keep_it_alive()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await WatchAsync(sandbox);

        await ada.Page.Clock.FastForwardAsync("59:10");
        await ToldAsync(ada.Page, "idle");
        await RunUntilToldAsync(ada.Page, "idle,signed-out,over");

        Assert.Equal(["/session", "/session?touch=false"], await ada.Page.EvaluateAsync<string[]>("[...new Set(broker.asked)]"));
        Assert.Equal(1, await ada.Page.EvaluateAsync<int>("broker.asked.filter((path) => path === '/session').length"));
    }

    [Fact]
    public async Task At_the_end_of_its_lifetime_nothing_keeps_a_session_alive_and_the_user_is_told_so()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await WatchAsync(sandbox);

        foreach (var _ in Enumerable.Range(0, 3))
        {
            await ada.Page.Clock.FastForwardAsync("48:00");
            await ada.Page.EvaluateAsync("broker.use()");
        }

        await ada.Page.Clock.FastForwardAsync("05:30");
        await ToldAsync(ada.Page, "end");
    }

    [Fact]
    public async Task While_the_broker_does_not_answer_nobody_is_warned_and_afterwards_it_is_asked_again()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await WatchAsync(sandbox);
        await ada.Page.EvaluateAsync("broker.reachable = false");

        await ada.Page.Clock.FastForwardAsync("59:10");
        await Wait.UntilAsync(async () => await ada.Page.EvaluateAsync<int>("broker.asked.length") > 1, "the broker to be asked");
        await ada.Page.Clock.FastForwardAsync(3000);
        await ToldAsync(ada.Page, "");
        await ada.Page.EvaluateAsync("broker.reachable = true");

        await RunUntilToldAsync(ada.Page, "idle");
    }

    [Fact]
    public async Task A_watch_that_was_ended_asks_and_tells_nothing()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await WatchAsync(sandbox);

        await ada.Page.EvaluateAsync("broker.stop()");
        await ada.Page.Clock.RunForAsync("01:00:00");

        await ToldAsync(ada.Page, "");
        await AskedAsync(ada.Page, "/session");
    }

    [Fact]
    public async Task The_demo_page_warns_in_time_keeps_the_session_alive_when_asked_and_says_when_it_has_ended()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await ArriveAsync(sandbox);
        await Assertions.Expect(ada.Heading("Hello")).ToBeVisibleAsync();
        await Wait.UntilAsync(async () => await ada.Page.EvaluateAsync<int>("broker.asked.filter((path) => path === '/session').length") == 2, "the question that follows /me");

        await ada.Page.Clock.FastForwardAsync("59:10");
        await Assertions.Expect(ada.Alert).ToContainTextAsync("You are about to be signed out");
        await ada.Button("Stay signed in").ClickAsync();
        await Assertions.Expect(ada.Alert).ToBeHiddenAsync();
        await ada.Page.Clock.FastForwardAsync("58:30");
        await Assertions.Expect(ada.Heading("Hello")).ToBeVisibleAsync();

        await ada.Page.Clock.FastForwardAsync("00:40");
        await Assertions.Expect(ada.Alert).ToContainTextAsync("You are about to be signed out");
        await ada.Page.Clock.FastForwardAsync("00:55");
        await Assertions.Expect(ada.Alert).ToContainTextAsync("Your session has ended");
        await Assertions.Expect(ada.SignInButton).ToBeVisibleAsync();
        await Visitor.ExpectNothingOfAnybodyAsync(ada.Page);
    }

    [Fact]
    public async Task A_login_in_one_tab_signs_the_others_in_and_one_as_somebody_else_changes_them()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        var other = await ada.Context.NewPageAsync();
        await other.GotoAsync(sandbox.Url.ToString());
        await Assertions.Expect(other.GetByRole(AriaRole.Button, new() { Name = "Sign in with Amazon" })).ToBeVisibleAsync();

        await ada.LogInAsync();
        await Assertions.Expect(other.GetByRole(AriaRole.Heading, new() { Name = "Hello, Ada" })).ToBeVisibleAsync();
        await Assertions.Expect(other.GetByRole(AriaRole.Status)).ToContainTextAsync("You signed in in another tab");

        await sandbox.ApproveByItselfAsync("kim");
        await ada.OpenAsync("/login");
        await Assertions.Expect(other.GetByRole(AriaRole.Heading, new() { Name = "Hello, Kim" })).ToBeVisibleAsync();
        await Assertions.Expect(other.Locator("body")).Not.ToContainTextAsync("Ada");
    }

    [Fact]
    public async Task Other_tabs_are_told_of_another_user_and_not_of_another_session_of_the_same()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await sandbox.ApproveByItselfAsync("ada");
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        var other = await ada.Context.NewPageAsync();
        await other.GotoAsync(sandbox.At("/icon.svg").ToString());
        await other.EvaluateAsync(ToldOfChanges);

        foreach (var customer in new[] { "ada", "ada", "kim" })
        {
            await sandbox.ApproveByItselfAsync(customer);
            await ada.OpenAsync("/login");
            await Assertions.Expect(ada.Heading("Hello")).ToBeVisibleAsync();
            await Wait.UntilAsync(async () => await other.EvaluateAsync<string>("told.at(-1) ?? ''") == (customer == "kim" ? "another-user" : "signed-in"), "the other tab to be told");
        }

        await ada.Button("Log out").ClickAsync();
        await Wait.UntilAsync(async () => await other.EvaluateAsync<string>("told.join()") == "signed-in,another-user,signed-out", "the logout to be told");
    }

    /// <summary>The event is the test's: Playwright turns that cache off, since it loses sight of a page in it.</summary>
    [Fact]
    public async Task A_page_out_of_the_back_forward_cache_learns_who_is_signed_in_now()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await sandbox.ApproveByItselfAsync("ada");
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        await ada.OpenAsync("/login?returnUrl=%2Ficon.svg");
        await ada.Page.EvaluateAsync(ToldOfChanges);
        await ada.Context.ClearCookiesAsync();

        await ada.Page.EvaluateAsync("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }))"); // of every load, which begins with a question anyway
        await ada.Page.EvaluateAsync("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");

        await Wait.UntilAsync(async () => await ada.Page.EvaluateAsync<string>("told.join()") == "signed-out", "the page to learn it");
        Assert.Equal(1, await ada.Page.EvaluateAsync<int>("performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/session?touch=false')).length"));
    }

    /// <summary>At the demo page, with a broker of its own in it, and a clock that a test can put forward.</summary>
    private async Task<Visitor> ArriveAsync(SandboxServer sandbox, string path = "/")
    {
        var ada = await Visitor.ArriveAsync(browser, sandbox);
        await ada.Page.Clock.InstallAsync();
        await ada.Page.AddInitScriptAsync(Broker);
        await ada.OpenAsync(path);
        return ada;
    }

    /// <summary>Without the demo page, which has a watch itself.</summary>
    private async Task<Visitor> WatchAsync(SandboxServer sandbox)
    {
        var ada = await ArriveAsync(sandbox, "/icon.svg");
        await ada.Page.EvaluateAsync(Watch);
        return ada;
    }

    private static Task ToldAsync(IPage page, string expected) =>
        Wait.UntilAsync(async () => await page.EvaluateAsync<string>("broker.told.join()") == expected, $"the page to be told {expected}");

    private static Task AskedAsync(IPage page, string expected) =>
        Wait.UntilAsync(async () => await page.EvaluateAsync<string>("broker.asked.join()") == expected, $"the broker to be asked {expected}");

    /// <summary>Second by second, as far as need be.</summary>
    private static Task RunUntilToldAsync(IPage page, string expected) => Wait.UntilAsync(
        async () =>
        {
            await page.Clock.FastForwardAsync(1000);
            return await page.EvaluateAsync<string>("broker.told.join()") == expected;
        },
        $"the page to be told {expected}");
}
