using System.Web;
using BffBroker.BrowserTests.Support;
using BffBroker.Endpoints;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests;

/// <summary>What an author who takes <c>bff.js</c> along may rely on, beyond what the demo page shows.</summary>
public sealed class BffScriptTests(RealBrowser browser)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("delete window.BroadcastChannel")]
    [InlineData("window.BroadcastChannel = class { constructor() { throw new DOMException('Kept from the page', 'SecurityError'); } }")]
    public async Task A_browser_without_a_channel_between_tabs_can_log_in_and_out(string taken)
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        await ada.Context.AddInitScriptAsync(taken);
        await ada.Page.ReloadAsync();

        await ada.LogInAsync();
        await ada.Button("Log out").ClickAsync();

        await Assertions.Expect(ada.SignInButton).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_call_that_is_given_up_while_it_waits_for_its_second_try_ends_at_once()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var visitor = await Visitor.ArriveAsync(browser, sandbox);
        await AnswerAsync(visitor, 503, "application/problem+json", """{"code":"temporarily_unavailable"}""");

        var error = visitor.Page.EvaluateAsync<string>("""
            async () => {
              const { bffFetch } = await import('/bff.js');
              const giveUp = new AbortController();
              window.setTimeout = () => giveUp.abort(); // it waits now, and no time ever passes
              return bffFetch('/api/orders', { signal: giveUp.signal }).catch(({ name }) => name);
            }
            """);

        Assert.Equal("AbortError", await error.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("application/problem+json", "LoginRequired login_required")]
    [InlineData("application/json", "BffError http_error")]
    public async Task Only_problem_JSON_is_taken_for_the_broker_s_word(string contentType, string expected)
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var visitor = await Visitor.ArriveAsync(browser, sandbox);
        await AnswerAsync(visitor, 401, contentType, """{"code":"login_required"}""");

        var error = await visitor.Page.EvaluateAsync<string>(
            "async () => { const { bffFetch } = await import('/bff.js'); return bffFetch('/api/orders').catch(({ name, code }) => `${name} ${code}`); }");

        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("", "/orders?page=2")]
    [InlineData("/bff", "/orders?page=2")]
    [InlineData("https://app.example/bff", "{origin}/orders?page=2")]
    public async Task A_login_comes_back_to_the_page_s_own_origin_wherever_the_broker_is(string brokerBase, string expected)
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var visitor = await Visitor.ArriveAsync(browser, sandbox);
        await visitor.Context.RouteAsync("**/bff.js", async route =>
        {
            var script = await (await route.FetchAsync()).TextAsync();
            await route.FulfillAsync(new() { ContentType = "text/javascript", Body = script.Replace("const BASE = '';", $"const BASE = '{brokerBase}';", StringComparison.Ordinal) });
        });
        await visitor.Context.RouteAsync("**/login?*", route => route.FulfillAsync(new() { Body = "" }));
        await visitor.Page.GotoAsync(sandbox.At("/icon.svg").ToString());

        var login = await visitor.Page.RunAndWaitForRequestAsync(
            () => visitor.Page.EvaluateAsync("async () => (await import('/bff.js')).login('/orders?page=2')"), "**/login?*");

        var url = new Uri(login.Url);
        Assert.Equal(new Uri(sandbox.Url, brokerBase + "/login").ToString(), url.GetLeftPart(UriPartial.Path));
        Assert.Equal(expected.Replace("{origin}", sandbox.Origin, StringComparison.Ordinal), HttpUtility.ParseQueryString(url.Query)["returnUrl"]);
    }

    [Fact]
    public async Task Every_error_that_a_page_can_meet_has_words_of_its_own()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var visitor = await Visitor.ArriveAsync(browser, sandbox);
        var codes = Problems.Codes.Except([Problems.AdminKeyRequired]); // of the management listener, which no page reaches

        var wordless = await visitor.Page.EvaluateAsync<string[]>("""
            async codes => {
              const [{ BffError }, { noticeFor }] = await Promise.all([import('/bff.js'), import('/problems.js')]);
              const title = (code) => noticeFor(new BffError({ code }), true).title;
              return codes.filter((code) => title(code) === title('nobody_knows'));
            }
            """, codes);

        Assert.Empty(wordless);
    }

    private static Task AnswerAsync(Visitor visitor, int status, string contentType, string body) =>
        visitor.Context.RouteAsync("**/api/orders", route => route.FulfillAsync(new() { Status = status, ContentType = contentType, Body = body }));
}
