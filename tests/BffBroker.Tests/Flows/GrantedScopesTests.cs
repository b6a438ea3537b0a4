using System.Web;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Flows;

/// <summary>Which scopes a login asks for, which of them the session has, and what <c>/session</c> says of those that it did not get.</summary>
public sealed class GrantedScopesTests : IAsyncLifetime
{
    private World _world = null!;

    public async ValueTask InitializeAsync() => _world = await World.StartAsync(
        ("Amazon:Scopes:0:Name", "profile"), ("Amazon:Scopes:1:Name", "postal_code"), ("Amazon:Scopes:1:AskAtLogin", "false"), ("Amazon:Scopes:1:Essential", "false"),
        ("Amazon:Scopes:2:Name", "profile:user_id"), ("Amazon:Scopes:2:AskAtLogin", "false"));

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_step_up_asks_for_what_is_new_and_for_what_was_granted_before()
    {
        await _world.LogInAsync("/login?scope=postal_code");

        var stepUp = await _world.Browser.OpenAsync(World.At("/login?scope=profile%3Auser_id"));
        using var other = _world.NewBrowser();
        var plain = await other.OpenAsync(World.At("/login"));

        Assert.Equal("profile profile:user_id postal_code", HttpUtility.ParseQueryString(stepUp.Headers.Location!.Query)["scope"]);
        Assert.Equal("profile", HttpUtility.ParseQueryString(plain.Headers.Location!.Query)["scope"]);
    }

    [Fact]
    public async Task A_session_has_no_scope_that_was_not_asked_for()
    {
        await FinishAsync((await _world.LogInUpToCallbackAsync("/login?scope=postal_code")).ToString().Replace("scope=profile", "scope=admin+profile", StringComparison.Ordinal));

        Assert.Equal("profile postal_code; ", await ScopesAsync());
    }

    [Fact]
    public async Task A_voluntary_scope_that_Amazon_does_not_mention_was_not_granted()
    {
        _world.Amazon.Simulator.Settings.OmitScope = true;

        await _world.LogInAsync("/login?scope=postal_code");

        Assert.Equal("profile; postal_code", await ScopesAsync());
    }

    [Fact]
    public async Task A_login_that_got_all_it_asked_for_has_nothing_to_tell()
    {
        await _world.LogInAsync("/login?scope=postal_code");

        Assert.Equal("profile postal_code; ", await ScopesAsync());
    }

    [Fact]
    public async Task A_scope_that_the_user_did_not_grant_is_told()
    {
        await FinishAsync((await _world.LogInUpToCallbackAsync("/login?scope=postal_code")).ToString().Replace("+postal_code", "", StringComparison.Ordinal));

        Assert.Equal("profile; postal_code", await ScopesAsync());
    }

    [Fact]
    public async Task A_scope_that_the_browser_had_and_a_slower_tab_did_not_ask_for_is_told()
    {
        var slow = await _world.LogInUpToCallbackAsync();
        await _world.LogInAsync("/login?scope=postal_code");
        Assert.Equal("profile postal_code; ", await ScopesAsync());

        await FinishAsync(slow.ToString());

        Assert.Equal("profile; postal_code", await ScopesAsync());
    }

    [Fact]
    public async Task What_another_user_had_granted_is_nobody_s_loss()
    {
        var slow = await _world.LogInUpToCallbackAsync();
        _world.Amazon.Simulator.Settings.AutoApprove = "kim";
        await _world.LogInAsync("/login?scope=postal_code");

        await FinishAsync(slow.ToString());

        Assert.Equal("profile; ", await ScopesAsync());
    }

    [Fact]
    public async Task A_scope_that_is_configured_no_more_is_not_asked_for_though_the_session_has_it()
    {
        var now = _world.Clock.GetUtcNow();
        var session = await _world.Broker.Services.GetRequiredService<SessionBeginning>().BeginAsync(
            new("amzn1.account.ADA", null, null), Scopes.Parse("profile postal_code retired"), new(new("Atza|1"), null, now, now));
        _world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", session!.Key.Encode());

        var redirect = (await _world.Browser.OpenAsync(World.At("/login"))).Headers.Location!;

        Assert.Equal("profile postal_code", HttpUtility.ParseQueryString(redirect.Query)["scope"]);
    }

    private Task FinishAsync(string callback) => _world.Browser.OpenAsync(new(callback));

    private async Task<string> ScopesAsync()
    {
        var session = await (await _world.GetAsync("/session")).JsonAsync();
        var declined = session.TryGetProperty("declinedScopes", out var some) ? some.EnumerateArray().Select(scope => scope.GetString()) : [];
        return $"{string.Join(' ', session.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()))}; {string.Join(' ', declined)}";
    }
}
