using BffBroker.BrowserTests.Support;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests;

/// <summary>What a first visit costs, and what is there before any script has run.</summary>
public sealed class PageTests(RealBrowser browser)
{
    private const int MostBytes = 65_000;

    [Fact]
    public async Task The_demo_page_is_small_asks_nobody_else_and_writes_nothing_to_the_console()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var visitor = await Visitor.ArriveAsync(browser, sandbox);
        var (origins, complaints) = (new HashSet<string>(), new List<string>());
        visitor.Page.Request += (_, request) => origins.Add(new Uri(request.Url).GetLeftPart(UriPartial.Authority));
        visitor.Page.Console += (_, message) => complaints.Add(message.Text);
        visitor.Page.PageError += (_, error) => complaints.Add(error);

        await visitor.Page.ReloadAsync(new() { WaitUntil = WaitUntilState.NetworkIdle });
        await Assertions.Expect(visitor.SignInButton).ToBeVisibleAsync();

        Assert.Equal([sandbox.Origin], origins);
        var bytes = await visitor.Page.EvaluateAsync<int>(
            "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].reduce((sum, one) => sum + one.decodedBodySize, 0)");
        Assert.InRange(bytes, 1, MostBytes);
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task The_demo_page_paints_without_its_scripts()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var visitor = await Visitor.ArriveAsync(browser, sandbox);
        await visitor.Context.RouteAsync("**/*.js", route => route.AbortAsync());

        await visitor.Page.ReloadAsync();

        await Assertions.Expect(visitor.Heading("One moment")).ToBeVisibleAsync();
        Assert.NotEqual(0, await visitor.Page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"));
    }

    [Fact]
    public async Task A_browser_without_scripts_can_log_in_see_the_profile_and_log_out()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox, new() { JavaScriptEnabled = false });

        await ada.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Amazon" }).ClickAsync();
        await ada.SignInAtAmazonAsync();
        await ada.ConsentAsync();
        await ada.OpenAsync("/");
        await ada.Page.GetByRole(AriaRole.Link, new() { Name = "your profile" }).ClickAsync();
        await Assertions.Expect(ada.Page.GetByText("ada@example.com")).ToBeVisibleAsync();

        await ada.OpenAsync("/");
        await ada.Button("Log out").ClickAsync();
        Assert.Equal(sandbox.Url.ToString(), ada.Page.Url);
        Assert.Equal(401, (await ada.OpenAsync("/me"))!.Status);
    }

    [Fact]
    public async Task The_keyboard_alone_is_enough()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);
        await Assertions.Expect(ada.SignInButton).ToBeVisibleAsync();

        await PressUntilFocusedAsync(ada.Page, ada.SignInButton);
        await ada.Page.Keyboard.PressAsync("Enter");
        await PressUntilFocusedAsync(ada.Page, ada.Button("Sign in"));
        await ada.Page.Keyboard.PressAsync("Enter");
        await PressUntilFocusedAsync(ada.Page, ada.Button("Approve"));
        await ada.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(ada.Heading("Hello")).ToBeVisibleAsync();

        await PressUntilFocusedAsync(ada.Page, ada.Button("Log out everywhere"));
        await ada.Page.Keyboard.PressAsync("Space");
        await Assertions.Expect(ada.SignInButton).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/callback?code=123456789012345678&state=forged")]
    public async Task A_page_of_ours_runs_no_script_of_anybody_else(string path)
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var visitor = await Visitor.ArriveAsync(browser, sandbox);
        await visitor.OpenAsync(path);

        var ran = await visitor.Page.EvaluateAsync<string[]>("""
            async () => {
              window.ran = [];
              const insert = (tag, properties) => document.body.append(Object.assign(document.createElement(tag), properties));
              insert('script', { textContent: "ran.push('inline')" });
              insert('script', { src: "data:text/javascript,ran.push('data')" });
              insert('script', { src: URL.createObjectURL(new Blob(["ran.push('blob')"], { type: 'text/javascript' })) });
              document.body.insertAdjacentHTML('beforeend', `<img src="/nothing.png" onerror="ran.push('handler')"><a id="bait" href="javascript:ran.push('url')">x</a>`);
              document.getElementById('bait').click();
              insert('iframe', { srcdoc: "<script>parent.ran.push('frame')<" + "/script>" });
              setTimeout("ran.push('timer')");
              await new Promise((resolve) => setTimeout(resolve)); // after the other one
              const style = Object.assign(document.createElement('style'), { textContent: 'body { color: rgb(1, 2, 3) }' });
              document.head.append(style);
              if (getComputedStyle(document.body).color === 'rgb(1, 2, 3)') ran.push('style');
              try { await fetch('https://evil.example/', { mode: 'no-cors' }); ran.push('fetch'); } catch { }
              return ran;
            }
            """);

        Assert.Empty(ran);
    }

    private static async Task PressUntilFocusedAsync(IPage page, ILocator target)
    {
        await Assertions.Expect(target).ToBeVisibleAsync();
        for (var i = 0; i < 60 && !await target.EvaluateAsync<bool>("element => element === document.activeElement"); i++)
        {
            await page.Keyboard.PressAsync("Tab");
        }

        await Assertions.Expect(target).ToBeFocusedAsync();
    }
}
