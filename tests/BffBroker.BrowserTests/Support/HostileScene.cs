using System.Collections.Concurrent;
using System.Text.Json;
using BffBroker.Tests.Support;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests.Support;

/// <summary>Ada is signed in at our site, and has a second tab open at a hostile one.</summary>
internal sealed class HostileScene : IAsyncDisposable
{
    /// <summary>Where the demo page and the broker are.</summary>
    public const string Ours = "app.shop.example";

    private readonly SandboxServer _sandbox;
    private readonly HostileSite _site;
    private readonly RealBrowser _browser;
    private readonly Visitor _ada;
    private readonly string _before;
    private readonly int _calls;
    private readonly ConcurrentDictionary<IRequest, bool> _underWay = new();

    private HostileScene(RealBrowser browser, SandboxServer sandbox, HostileSite site, Visitor ada, IPage evil, string before, int calls)
    {
        (_browser, _sandbox, _site, _ada, Evil, _before, _calls) = (browser, sandbox, site, ada, evil, before, calls);
        ada.Context.Request += (_, request) => _underWay[request] = true;
        ada.Context.RequestFinished += (_, request) => _underWay.TryRemove(request, out var _);
        ada.Context.RequestFailed += (_, request) => _underWay.TryRemove(request, out var _);
    }

    /// <summary>Where the hostile site may be: on another site, or on a host beside ours, which is of the same site to a browser.</summary>
    public static IReadOnlyList<string> Hosts { get; } = ["evil.example", "blog.shop.example"];

    /// <summary>All that there is to attack.</summary>
    public static IReadOnlyList<string> Paths { get; } =
    [
        "/me", "/session", "/sessions", "/sessions/{id}", "/logout", "/logout?everywhere=true", "/login", "/login?returnUrl=/&scope=postal_code", "/callback", "/callback?error=access_denied",
        "/auth/nginx", "/auth/forward", "/api/orders", "/",
    ];

    /// <summary>The tab at the hostile site.</summary>
    public IPage Evil { get; }

    public static async Task<HostileScene> StartAsync(RealBrowser browser, string theirs)
    {
        var sandbox = await SandboxServer.StartAsync("https", Ours);
        await sandbox.SetAsync(new { tokenLifetime = 3600 }); // no refresh falls due while it tries, however long that takes
        var site = await HostileSite.StartAsync();
        var ada = await Visitor.ArriveAsync(browser, sandbox);
        await ada.LogInAsync();
        var before = await StateAsync(ada);

        // Ours is not at work meanwhile: what Amazon is asked for from now on, the hostile site has brought about.
        await ada.Page.GotoAsync(sandbox.At("/style.css").ToString());
        var calls = await sandbox.CallsAsync();
        var evil = await ada.Context.NewPageAsync();
        await evil.GotoAsync(site.At(theirs));
        return new(browser, sandbox, site, ada, evil, before, calls);
    }

    /// <summary>Runs a script of the folder Attacks at the hostile site, which knows even the session's id.</summary>
    /// <returns>What it says it got.</returns>
    public async Task<string[]> AttackAsync(string attack)
    {
        var id = SessionIn(_before).GetProperty("id").GetString();
        var urls = Paths.Select(path => _sandbox.At(path.Replace("{id}", id, StringComparison.Ordinal)).ToString());
        var script = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Attacks", $"{attack}.js"), TestContext.Current.CancellationToken);
        return await Evil.EvaluateAsync<string[]>(script, urls.ToArray());
    }

    /// <summary>Opens a window that the hostile site keeps a hand on, and tells whether it is kept from the document in it.</summary>
    /// <param name="way"><c>open</c>, <c>post</c>, or a <c>bounced post</c> that was first its own.</param>
    public async Task<bool> IsKeptFromWindowAsync(string path, string way)
    {
        var window = await Evil.RunAndWaitForPopupAsync(() => Evil.EvaluateAsync(
            """
            ([url, way]) => {
              if (way === 'open') return void (window.opened = open(url));
              const action = way === 'post' ? url : `/bounce?to=${encodeURIComponent(url)}`;
              const form = Object.assign(document.createElement('form'), { method: 'post', action, target: `window${Math.random()}` });
              form.append(Object.assign(document.createElement('input'), { name: 'everywhere', value: 'true' }));
              document.body.append(form);
              window.opened = open('', form.target);
              form.submit();
            }
            """,
            new[] { _sandbox.At(path).ToString(), way }));
        await Wait.UntilAsync(() => window.Url.StartsWith(_sandbox.Url.ToString(), StringComparison.Ordinal), $"{way} {path}");
        await window.WaitForLoadStateAsync();
        var isKept = await Evil.EvaluateAsync<bool>("() => { try { return opened.document === null; } catch { return true; } }");
        await window.CloseAsync();
        return isKept;
    }

    /// <summary>A genuine callback of another browser, which has not been there itself.</summary>
    public async Task<string> CallbackOfSomebodyElseAsync(string customer)
    {
        await using var attacker = await Visitor.ArriveAsync(_browser, _sandbox);
        return await attacker.CallbackOfALoginAsync(customer);
    }

    /// <summary>Same session, same sessions, same cookies, and Amazon was not asked for anything.</summary>
    public async Task AssertNothingHasChangedAsync()
    {
        await Wait.UntilAsync(() => _underWay.IsEmpty, "what the hostile site has sent to be answered");
        Assert.Equal(_calls, await _sandbox.CallsAsync());
        Assert.Equal(_before, await StateAsync(_ada));
    }

    public async Task AssertSameSessionAsync() => Assert.Equal(SessionIn(_before).GetRawText(), SessionIn(await StateAsync(_ada)).GetRawText());

    /// <summary>In whatever session.</summary>
    public async Task AssertSameUserAsync() =>
        Assert.Equal(SessionIn(_before).GetProperty("user").GetRawText(), SessionIn(await StateAsync(_ada)).GetProperty("user").GetRawText());

    public async ValueTask DisposeAsync()
    {
        await _ada.DisposeAsync();
        await _site.DisposeAsync();
        await _sandbox.DisposeAsync();
    }

    private static JsonElement SessionIn(string state) => JsonDocument.Parse(state).RootElement.GetProperty("session");

    /// <summary>What the broker knows and what the browser holds.</summary>
    private static async Task<string> StateAsync(Visitor visitor)
    {
        var (session, sessions) = (await visitor.FetchAsync("/session"), await visitor.FetchAsync("/sessions"));
        var cookies = string.Join(' ', (await visitor.CookiesAsync()).OrderBy(cookie => cookie.Name, StringComparer.Ordinal).Select(cookie => $"{cookie.Name}={cookie.Value}"));
        return $$"""{"session":{{session}},"sessions":{{sessions}},"cookies":"{{cookies}}"}""";
    }
}
