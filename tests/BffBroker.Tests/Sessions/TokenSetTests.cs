using BffBroker.OAuth;
using BffBroker.Sessions;

namespace BffBroker.Tests.Sessions;

public sealed class TokenSetTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    /// <summary>Seconds: the token's life, how long ahead, the spread; and when it is due.</summary>
    [Theory]
    [InlineData(3600, 300, 0.0, 3300)]
    [InlineData(3600, 300, 0.5, 3330)]
    [InlineData(3600, 300, 1.0, 3360)]
    [InlineData(60, 300, 0.0, 30)]
    [InlineData(60, 300, 1.0, 36)]
    [InlineData(60, 10, 0.0, 50)]
    public void A_token_is_due_ahead_of_its_end_in_the_second_half_of_its_life(int life, int ahead, double spread, int due)
    {
        var tokens = Tokens(life);

        Assert.False(tokens.IsDue(Start.AddSeconds(due - 0.1), TimeSpan.FromSeconds(ahead), spread));
        Assert.True(tokens.IsDue(Start.AddSeconds(due), TimeSpan.FromSeconds(ahead), spread));
    }

    [Theory]
    [InlineData(3600, 3590)]
    [InlineData(60, 54)]
    public void A_caller_waits_only_in_the_last_seconds(int life, int stale)
    {
        Assert.True(Tokens(life).IsFresh(Start.AddSeconds(stale - 0.1)));
        Assert.False(Tokens(life).IsFresh(Start.AddSeconds(stale)));
    }

    [Fact]
    public void Sessions_that_began_together_are_due_apart()
    {
        var spreads = Enumerable.Range(0, 1000).Select(_ => SessionHandle.Of(CookieSecret.Create()).Spread).ToList();

        Assert.All(spreads, spread => Assert.InRange(spread, 0, 0.99999));
        Assert.True(spreads.Min() < 0.1 && spreads.Max() > 0.9 && spreads.Distinct().Count() > 900, "They are not spread.");
    }

    private static TokenSet Tokens(int life) => new(new("a"), null, Start, Start.AddSeconds(life));
}
