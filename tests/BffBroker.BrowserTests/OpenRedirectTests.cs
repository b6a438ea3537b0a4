using BffBroker.BrowserTests.Support;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests;

/// <summary>Links that would lead a user from the broker to somebody else's site, clicked.</summary>
public sealed class OpenRedirectTests(RealBrowser browser)
{
    private static readonly string[] ReturnUrls =
    [
        "https://evil.example", "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\\/evil.example",
        "/\t/evil.example", "\t//evil.example", " //evil.example", "/\n/evil.example", "/%09/evil.example", "/%2F/evil.example", "/%5Cevil.example", "https:evil.example", "https:/evil.example",
        "https:\\\\evil.example", "javascript:location='https://evil.example'", "data:text/html,<script>location='https://evil.example'</script>",
        "/..//evil.example", "/.//evil.example", "/%2e%2e//evil.example", "/;//evil.example", "/@evil.example", ".evil.example", "@evil.example", ":80@evil.example", "#@evil.example",
        "http://localhost@evil.example", "http://localhost.evil.example", "http://localhost:1@evil.example/", "http://evil.example#http://localhost", "http://[::1].evil.example",
        "/?returnUrl=//evil.example", "/login?returnUrl=//evil.example", "/callback?returnUrl=//evil.example", "//evil.example%2F..", "/\u2028/evil.example", "\u3000//evil.example", "/\uFF0Fevil.example",
    ];

    // Of our origin, and loaded in no time.
    private const string SomePage = "/bff.js";

    [Fact]
    public async Task A_login_ends_on_our_origin_wherever_a_link_wants_it_to_go()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await sandbox.ApproveByItselfAsync("ada");
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);

        foreach (var returnUrl in ReturnUrls)
        {
            await ada.OpenAsync(SomePage);
            await FollowAsync(ada, "a => a.click()", "a", $"/login?returnUrl={Uri.EscapeDataString(returnUrl)}");

            Assert.True(await OriginAsync(ada) == sandbox.Origin, $"{returnUrl} led to {ada.Page.Url}");
        }
    }

    [Fact]
    public async Task A_logout_by_form_ends_on_our_origin_wherever_it_wants_to_go()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);

        foreach (var returnUrl in ReturnUrls)
        {
            await ada.OpenAsync(SomePage);
            await FollowAsync(ada, "form => { form.method = 'post'; form.submit(); }", "form", $"/logout?returnUrl={Uri.EscapeDataString(returnUrl)}");

            Assert.True(await OriginAsync(ada) == sandbox.Origin, $"{returnUrl} led to {ada.Page.Url}");
        }
    }

    /// <summary>An element of the page that leads somewhere, and what a user does to it.</summary>
    private static async Task FollowAsync(Visitor visitor, string act, string tag, string url)
    {
        var loaded = new TaskCompletionSource();
        void Loaded(object? sender, IPage page) => loaded.TrySetResult();
        void Failed(object? sender, IRequest request) =>
            _ = request.IsNavigationRequest && loaded.TrySetException(new InvalidOperationException($"{url} led to {request.Url}: {request.Failure}"));
        visitor.Page.Load += Loaded;
        visitor.Page.RequestFailed += Failed; // nobody is at evil.example, and a page that tells so never loads
        await visitor.Page.EvaluateAsync(
            $$"""
            ([tag, url]) => {
              const element = document.body.appendChild(document.createElement(tag));
              element.setAttribute(tag === 'a' ? 'href' : 'action', url);
              ({{act}})(element);
            }
            """,
            new[] { tag, url });
        await loaded.Task.WaitAsync(TestContext.Current.CancellationToken);
        visitor.Page.Load -= Loaded;
        visitor.Page.RequestFailed -= Failed;
    }

    private static Task<string> OriginAsync(Visitor visitor) => visitor.Page.EvaluateAsync<string>("location.origin");
}
