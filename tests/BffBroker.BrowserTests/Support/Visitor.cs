using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests.Support;

/// <summary>Somebody at a browser of their own, and what people do there.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly SandboxServer _sandbox;

    private Visitor(SandboxServer sandbox, IBrowserContext context, IPage page) => (_sandbox, Context, Page) = (sandbox, context, page);

    public IBrowserContext Context { get; }

    /// <summary>The tab in front.</summary>
    public IPage Page { get; }

    public ILocator SignInButton => Button("Sign in with Amazon");

    /// <summary>Where the page says what went wrong.</summary>
    public ILocator Alert => Page.GetByRole(AriaRole.Alert);

    public static async Task<Visitor> ArriveAsync(RealBrowser browser, SandboxServer sandbox, BrowserNewContextOptions? options = null)
    {
        var context = await browser.NewContextAsync(options ?? new());
        var visitor = new Visitor(sandbox, context, await context.NewPageAsync());
        await visitor.OpenAsync("/");
        return visitor;
    }

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Heading(string name) => Page.GetByRole(AriaRole.Heading, new() { Name = name });

    /// <summary>A part of the page by its heading.</summary>
    public ILocator Region(string name) => Page.GetByRole(AriaRole.Region, new() { Name = name, Exact = true });

    public async Task<IResponse?> OpenAsync(string path) => await Page.GotoAsync(_sandbox.At(path).ToString());

    /// <summary>From the demo page over Amazon's pages and back; Amazon does not ask twice for what was granted before.</summary>
    /// <param name="withheld">A voluntary scope that is unticked, if it is asked for.</param>
    public async Task LogInAsync(string customer = "Ada Example", string? withheld = null)
    {
        await SignInButton.ClickAsync();
        await SignInAtAmazonAsync(customer);
        await Assertions.Expect(Button("Approve").Or(Heading("Hello"))).ToBeVisibleAsync();
        if (await Button("Approve").IsVisibleAsync())
        {
            await ConsentAsync(withheld);
        }

        await Assertions.Expect(Heading("Hello")).ToBeVisibleAsync();
    }

    /// <summary>The URL that a login ends with, which this browser then does not go to.</summary>
    public async Task<string> CallbackOfALoginAsync(string customer)
    {
        // No route is asked about a redirect: Amazon's answer, which has it, must not come.
        var callback = new TaskCompletionSource<string>();
        await Page.RouteAsync("**/ap/consent", async route =>
        {
            var answer = await route.FetchAsync(new() { MaxRedirects = 0 });
            callback.SetResult(answer.Headers["location"]);
            await route.AbortAsync();
        });
        await SignInButton.ClickAsync();
        await SignInAtAmazonAsync(customer);
        await ConsentAsync();
        return await callback.Task;
    }

    public async Task SignInAtAmazonAsync(string customer = "Ada Example")
    {
        await Page.GetByRole(AriaRole.Radio, new() { Name = customer }).CheckAsync();
        await Button("Sign in").ClickAsync();
    }

    public async Task ConsentAsync(string? withheld = null)
    {
        if (withheld is not null)
        {
            await Page.GetByRole(AriaRole.Checkbox, new() { Name = withheld }).UncheckAsync();
        }

        await Button("Approve").ClickAsync();
    }

    /// <summary>By the switch that calls <c>/me</c> every few seconds.</summary>
    public async Task KeepCallingUntilRefreshedAsync()
    {
        await Page.GetByRole(AriaRole.Switch, new() { Name = "Keep calling /me" }).CheckAsync();
        await Assertions.Expect(Region("What the broker did for you")).ToContainTextAsync("Token refreshed by the broker");
    }

    /// <summary>From another tab or window: the page looks whether the session still lives.</summary>
    public Task ReturnToTabAsync() => Page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");

    /// <summary>Of whoever was signed in, the page keeps nothing, unseen parts included.</summary>
    public static Task ExpectNothingOfAnybodyAsync(IPage page) =>
        Assertions.Expect(page.Locator("body")).Not.ToContainTextAsync(new Regex("Ada|ada@|amzn1|98109|Chrome on|You signed in|session ends|Granted|Ask for"));

    /// <summary>The broker's.</summary>
    public async Task<IReadOnlyList<BrowserContextCookiesResult>> CookiesAsync() =>
        [.. (await Context.CookiesAsync([_sandbox.Url.ToString()])).Where(cookie => cookie.Name.StartsWith("__Host-", StringComparison.Ordinal))];

    /// <summary>The broker's answer to a fetch of this page.</summary>
    public Task<string> FetchAsync(string path) => Page.EvaluateAsync<string>("async path => (await fetch(path)).text()", path);

    public ValueTask DisposeAsync() => Context.DisposeAsync();
}
