using System.Text;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Sessions;

public sealed class LoginStatesTests
{
    private static readonly Scopes LongestScopes = Scopes.Of([new string('s', 500)]);

    private readonly LoginStates _states = new(KeyRings.New(), new InMemoryUsedStates(TimeProvider.System), TimeProvider.System);

    [Fact]
    public async Task A_state_comes_back_as_it_went()
    {
        var loginKey = CookieSecret.Create();
        var state = _states.Begin(ReturnUrl.Parse("/x?y#z", [])!, Scopes.Parse("profile postal_code"), loginKey);

        var opened = (await _states.OpenAsync(await _states.SealAsync(state)))!;

        Assert.Equal(32, opened.Nonce.Length); // LWA: at least 256 bits
        Assert.Equal(state.Nonce, opened.Nonce);
        Assert.Equal("/x?y#z", opened.ReturnUrl);
        Assert.Equal("profile postal_code", opened.Scopes.ToString());
        Assert.True(opened.BelongsTo(loginKey));
        Assert.False(opened.BelongsTo(CookieSecret.Create()));
    }

    [Theory]
    [InlineData('a')]
    [InlineData('é')]
    public async Task The_longest_state_has_at_most_3000_characters(char filler)
    {
        var longest = "/" + new string(filler, (ReturnUrl.MaxBytes - 1) / Encoding.UTF8.GetByteCount([filler]));
        var text = await _states.SealAsync(_states.Begin(ReturnUrl.Parse(longest, [])!, LongestScopes, CookieSecret.Create()));

        Assert.InRange(text.Length, 2500, LoginStates.LongestState);
        Assert.Equal(longest, (await _states.OpenAsync(text))?.ReturnUrl);
    }

    [Fact]
    public async Task A_longer_state_does_not_open()
    {
        var longer = await _states.SealAsync(_states.Begin(ReturnUrl.Root, Scopes.Of([new string('s', 2500)]), CookieSecret.Create()));

        Assert.True(longer.Length > LoginStates.LongestState);
        Assert.Null(await _states.OpenAsync(longer));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("CfDJ8AAAA")]
    [InlineData("%%%")]
    public async Task What_was_not_sealed_here_does_not_open(string? text) => Assert.Null(await _states.OpenAsync(text));

    [Fact]
    public async Task No_changed_character_of_a_state_goes_unseen()
    {
        var text = await _states.SealAsync(_states.Begin(ReturnUrl.Root, Scopes.None, CookieSecret.Create()));

        for (var i = 0; i < text.Length; i++)
        {
            var changed = text[..i] + (text[i] == 'A' ? 'B' : 'A') + text[(i + 1)..];
            Assert.True(await _states.OpenAsync(changed) is null, $"Changed at {i}.");
        }
    }

    [Theory]
    [InlineData("=")]
    [InlineData("==")]
    [InlineData(" ")]
    [InlineData("\n")]
    public async Task A_state_has_one_spelling(string tail)
    {
        var text = await _states.SealAsync(_states.Begin(ReturnUrl.Root, Scopes.None, CookieSecret.Create()));

        Assert.Null(await _states.OpenAsync(text + tail));
        Assert.Null(await _states.OpenAsync(tail + text));
    }

    [Fact]
    public void A_state_is_good_for_ten_minutes()
    {
        var clock = new AdjustableClock();
        var states = new LoginStates(KeyRings.New(), new InMemoryUsedStates(clock), clock);
        var state = states.Begin(ReturnUrl.Root, Scopes.None, CookieSecret.Create());

        clock.Advance(TimeSpan.FromMinutes(9.9));
        Assert.False(states.IsExpired(state));

        clock.Advance(TimeSpan.FromMinutes(0.2));
        Assert.True(states.IsExpired(state));
    }

    [Fact]
    public void The_clock_of_the_node_that_made_a_state_may_be_a_minute_ahead()
    {
        var clock = new AdjustableClock();
        var states = new LoginStates(KeyRings.New(), new InMemoryUsedStates(clock), clock);
        var state = states.Begin(ReturnUrl.Root, Scopes.None, CookieSecret.Create());

        clock.Advance(TimeSpan.FromSeconds(-59));
        Assert.False(states.IsExpired(state));

        clock.Advance(TimeSpan.FromSeconds(-2));
        Assert.True(states.IsExpired(state));
    }
}
