using BffBroker.BrowserTests.Support;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests;

/// <summary>
/// A user who is signed in comes to somebody else's site: one of another domain, or one beside ours, whose requests carry the session cookie.
/// Whatever it tries, nothing changes and it reads nothing.
/// </summary>
public sealed class HostileSiteTests(RealBrowser browser)
{
    private const string Ours = "app.shop.example";

    private static readonly string[] Paths =
    [
        "/me", "/session", "/sessions", "/sessions/{id}", "/logout", "/logout?everywhere=true", "/login", "/login?returnUrl=/&scope=postal_code", "/callback", "/callback?error=access_denied",
        "/auth/nginx", "/auth/forward", "/api/orders", "/",
    ];

    public static TheoryData<string> Hosts => ["evil.example", "blog.shop.example", "shop.example"];

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Its_scripts_read_no_answer_and_change_nothing(string host)
    {
        await using var scene = await HostileScene.StartAsync(browser, Ours, host);

        var leaks = await scene.TryAsync(Paths, """
            const attempts = [];
            for (const url of urls) {
              for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
                for (const headers of [{}, { 'X-CSRF': '1' }, { 'Content-Type': 'application/json' }]) {
                  attempts.push([`cors ${method} ${url}`, () => fetch(url, { method, headers, credentials: 'include' })]);
                }
              }
              for (const method of ['GET', 'HEAD', 'POST']) {
                attempts.push([`no-cors ${method} ${url}`, async () => {
                  const answer = await fetch(url, { method, mode: 'no-cors', credentials: 'include', redirect: 'follow' });
                  if (answer.type === 'opaque' && (await answer.text()) === '') throw new Error('opaque');
                }]);
              }
              attempts.push([`keepalive ${url}`, () => fetch(url, { method: 'POST', mode: 'cors', credentials: 'include', keepalive: true, body: 'everywhere=true' })]);
              navigator.sendBeacon(url, new URLSearchParams({ everywhere: 'true' }));
            }
            const read = [];
            for (const [name, attempt] of attempts) await attempt().then(() => read.push(name), () => {});
            return read;
            """);

        Assert.Empty(leaks);
        await scene.AssertNothingHasChangedAsync();
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Its_pictures_scripts_styles_and_prefetches_load_nothing_and_change_nothing(string host)
    {
        await using var scene = await HostileScene.StartAsync(browser, Ours, host);

        var loaded = await scene.TryAsync(Paths, """
            const globals = Object.keys(window).length;
            const make = (tag, properties) => new Promise((resolve) => {
              const element = Object.assign(document.createElement(tag), properties);
              element.onload = element.onloadeddata = () => resolve(`${tag} ${element.src ?? element.href ?? element.data}`);
              element.onerror = () => resolve(null);
              document.body.append(element);
            });
            const attempts = urls.flatMap((url) => [
              make('img', { src: url }), make('script', { src: url }), make('script', { src: url, crossOrigin: 'use-credentials' }),
              make('link', { rel: 'stylesheet', href: url }), make('audio', { src: url }), make('video', { src: url }),
            ]);
            for (const url of urls) document.head.append(Object.assign(document.createElement('link'), { rel: 'prefetch', href: url }));
            const loaded = (await Promise.all(attempts)).filter((one) => one !== null);
            return Object.keys(window).length > globals ? [...loaded, 'a global'] : loaded;
            """);

        Assert.Empty(loaded);
        await scene.AssertNothingHasChangedAsync();
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Its_frames_stay_empty_and_change_nothing(string host)
    {
        await using var scene = await HostileScene.StartAsync(browser, Ours, host);

        var readable = await scene.TryAsync(Paths, """
            const frames = urls.flatMap((url) => ['iframe', 'object', 'embed'].map((tag) => {
              const frame = Object.assign(document.createElement(tag), tag === 'object' ? { data: url } : { src: url });
              const done = new Promise((resolve) => { frame.onload = frame.onerror = resolve; setTimeout(resolve, 3000); });
              document.body.append(frame);
              return [frame, done];
            }));
            await Promise.all(frames.map(([, done]) => done));
            return frames.map(([frame]) => { try { return frame.contentDocument?.body?.innerText || null; } catch { return null; } }).filter(Boolean);
            """);

        Assert.Empty(readable);
        foreach (var frame in scene.Evil.Frames.Where(frame => frame.Url.Contains(Ours, StringComparison.Ordinal)))
        {
            // Nobody but the user could read it, and even they are shown no more than a refusal.
            Assert.Matches("^$|cross_site_request|navigation_required|not_found|method_not_allowed|gateway_not_configured", await frame.Locator("body").InnerTextAsync());
        }

        await scene.AssertNothingHasChangedAsync();
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Its_forms_change_nothing_even_when_a_redirect_turns_them_into_another_request(string host)
    {
        await using var scene = await HostileScene.StartAsync(browser, Ours, host);

        var readable = await scene.TryAsync(Paths, """
            const posts = [];
            for (const url of urls) {
              for (const action of [url, `/bounce?to=${encodeURIComponent(url)}`]) {
                for (const enctype of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']) {
                  const frame = Object.assign(document.createElement('iframe'), { name: `target${posts.length}` });
                  const form = Object.assign(document.createElement('form'), { method: 'post', action, enctype, target: frame.name });
                  form.append(Object.assign(document.createElement('input'), { name: 'everywhere', value: 'true' }));
                  document.body.append(frame, form);
                  posts.push(new Promise((resolve) => { frame.onload = () => resolve(frame); setTimeout(() => resolve(frame), 3000); }));
                  form.submit();
                }
              }
            }
            const frames = await Promise.all(posts);
            return frames.map((frame) => { try { return frame.contentDocument?.body?.innerText || null; } catch { return null; } }).filter(Boolean);
            """);

        Assert.Empty(readable);
        await scene.AssertNothingHasChangedAsync();
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Its_windows_and_top_level_forms_show_it_nothing_and_end_no_session(string host)
    {
        await using var scene = await HostileScene.StartAsync(browser, Ours, host);

        foreach (var path in Paths.Where(path => !path.StartsWith("/login", StringComparison.Ordinal)))
        {
            foreach (var way in new[] { "open", "post", "bounced post" })
            {
                Assert.True(await scene.IsKeptFromWindowAsync(path, way), $"{way} {path}");
            }
        }

        await scene.AssertStillSignedInAsync("session");
    }

    /// <summary>Any link may begin a login. Amazon knows who is there, and nobody else comes of it.</summary>
    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_login_that_it_begins_is_the_users_own_and_shows_it_nothing(string host)
    {
        await using var scene = await HostileScene.StartAsync(browser, Ours, host);

        Assert.True(await scene.IsKeptFromWindowAsync("/login?returnUrl=/session", "open"));

        await scene.AssertStillSignedInAsync("user");
    }

    [Fact]
    public async Task A_link_with_somebody_elses_login_changes_nothing_for_who_is_signed_in()
    {
        await using var scene = await HostileScene.StartAsync(browser, Ours, "evil.example");
        var bait = await scene.CallbackOfSomebodyElseAsync("Kim Nomail");

        await scene.Evil.GotoAsync(bait);

        await scene.AssertStillSignedInAsync("session");
    }

    [Fact]
    public async Task A_link_with_somebody_elses_login_signs_nobody_in()
    {
        await using var sandbox = await SandboxServer.StartAsync("https", Ours);
        await using var victim = await Visitor.ArriveAsync(browser, sandbox);
        await victim.SignInButton.ClickAsync(); // so that there is a login of her own, too
        await using var attacker = await Visitor.ArriveAsync(browser, sandbox);
        var bait = await attacker.CallbackOfALoginAsync("Kim Nomail");

        Assert.Equal(400, (await victim.Page.GotoAsync(bait))!.Status);
        await victim.OpenAsync("/");
        Assert.Equal("""{"authenticated":false}""", await victim.FetchAsync("/session"));
    }
}
