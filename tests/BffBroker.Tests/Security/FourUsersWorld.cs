using System.Collections.Concurrent;
using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

internal enum UserStep
{
    AskProfile,
    AskSession,
    AskSessions,
    LogIn,
    LogInAsAnother,
    LogOut,
    TakeOldCookie,
    TokensEnd,
}

/// <summary>
/// Browsers of four users before one broker and an Amazon whose refresh tokens are good for one use. Each cookie is known by whose login brought
/// it, and each answer must be that user's, or nobody's.
/// </summary>
internal sealed class FourUsersWorld : IAsyncDisposable
{
    public const int Browsers = 8;

    private static readonly string[] Users = ["ada", "zoe", "bob", "sam"];

    private readonly World _world;
    private readonly SemaphoreSlim _signingIn = new(1);
    private readonly (string Cookie, string User)?[] _current = new (string, string)?[Browsers];
    private readonly (string Cookie, string User)?[] _before = new (string, string)?[Browsers];
    private readonly ConcurrentDictionary<string, string> _owners = new();
    private int _profilesSeen;

    private FourUsersWorld(World world) => _world = world;

    public int ProfilesSeen => _profilesSeen;

    public static async Task<FourUsersWorld> StartAsync()
    {
        var world = await World.StartAsync();
        world.Amazon.Rotate(RefreshMode.NewTokenOldDies);
        return new(world);
    }

    public Task DoAsync(UserStep step, int browser) => step switch
    {
        UserStep.AskProfile => AskAsync("/me", _current[browser]),
        UserStep.AskSession => AskAsync("/session", _current[browser]),
        UserStep.AskSessions => AskSessionsAsync(_current[browser]),
        UserStep.LogIn => LogInAsync(browser, Users[browser % Users.Length]),
        UserStep.LogInAsAnother => LogInAsync(browser, Users[(browser + 1) % Users.Length]),
        UserStep.LogOut => LogOutAsync(browser),
        UserStep.TakeOldCookie => AskAsync("/me", _before[browser]),
        _ => TokensEndAsync(),
    };

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    private async Task AskAsync(string path, (string Cookie, string User)? session)
    {
        if (session is not var (cookie, user))
        {
            return;
        }

        using var browser = With(cookie);
        using var answer = await browser.FetchAsync(HttpMethod.Get, World.At(path));
        if (answer.StatusCode == HttpStatusCode.Unauthorized)
        {
            return;
        }

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var json = await answer.JsonAsync();
        if (path == "/me" || json.GetProperty("authenticated").GetBoolean())
        {
            var member = path == "/me" ? json : json.GetProperty("user");
            Assert.Equal(SampleCustomers.Find(user)!.Name, member.GetProperty("name").GetString());
            Assert.Equal(SampleCustomers.Find(user)!.Email, member.GetProperty("email").GetString());
            Interlocked.Increment(ref _profilesSeen);
        }
    }

    // Each id that it shows is of a cookie that this user's login brought.
    private async Task AskSessionsAsync((string Cookie, string User)? session)
    {
        if (session is not var (cookie, user))
        {
            return;
        }

        using var browser = With(cookie);
        using var answer = await browser.FetchAsync(HttpMethod.Get, World.At("/sessions"));
        if (answer.StatusCode == HttpStatusCode.OK)
        {
            var shown = (await answer.JsonAsync()).GetProperty("sessions").EnumerateArray().Select(entry => entry.GetProperty("id").GetString()!);
            Assert.All(shown, id => Assert.Equal(user, _owners.GetValueOrDefault(id, user))); // one whose callback is still being answered has no owner yet
        }
    }

    private async Task LogInAsync(int index, string user)
    {
        using var browser = _current[index] is var (cookie, _) ? With(cookie) : _world.NewBrowser();
        var authorization = (await browser.OpenAsync(World.At("/login"))).Headers.Location!;
        var callback = await SignInAsync(browser, authorization, user);
        using var answer = await browser.OpenAsync(callback);

        Assert.Equal("/", answer.Headers.Location?.OriginalString);
        var session = new UserSession(user, browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")!, default);
        _owners[session.Handle] = user;
        (_before[index], _current[index]) = (_current[index], (session.Cookie, user));
    }

    // The simulator knows one customer at a time who needs no page.
    private async Task<Uri> SignInAsync(Browser browser, Uri authorization, string user)
    {
        await _signingIn.WaitAsync();
        try
        {
            _world.Amazon.Simulator.Settings.AutoApprove = user;
            return (await browser.OpenAsync(authorization)).Headers.Location!;
        }
        finally
        {
            _signingIn.Release();
        }
    }

    private async Task LogOutAsync(int index)
    {
        if (_current[index] is not var (cookie, _))
        {
            return;
        }

        using var browser = With(cookie);
        using var answer = await browser.FetchAsync(HttpMethod.Post, World.At("/logout"));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        _before[index] = _current[index];
    }

    // All access tokens are dead, and whoever asks next refreshes.
    private Task TokensEndAsync()
    {
        _world.Clock.Advance(TimeSpan.FromMinutes(61));
        return Task.CompletedTask;
    }

    private Browser With(string cookie)
    {
        var browser = _world.NewBrowser();
        browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", cookie);
        return browser;
    }
}
