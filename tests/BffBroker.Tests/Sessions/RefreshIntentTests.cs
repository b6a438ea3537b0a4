using BffBroker.Sessions;
using FsCheck;
using FsCheck.Fluent;

namespace BffBroker.Tests.Sessions;

public sealed class RefreshIntentTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
    private static readonly TimeSpan WholeRefresh = TimeSpan.FromSeconds(30);

    [Fact]
    public void While_an_answer_may_still_come_nobody_sends_again()
    {
        var intent = RefreshIntent.Begin(null, 1, Now, isForced: false);

        Assert.True(intent.IsOutcomeUnknown);
        Assert.Equal(WholeRefresh, intent.Wait(WholeRefresh, Now));
        Assert.Equal(TimeSpan.FromSeconds(1), intent.Wait(WholeRefresh, Now.AddSeconds(29)));
        Assert.Equal(TimeSpan.Zero, intent.Wait(WholeRefresh, Now.AddSeconds(31)));
    }

    [Fact]
    public void Each_send_that_was_lost_makes_the_next_wait_longer()
    {
        var intent = RefreshIntent.Begin(null, 1, Now, isForced: false).Unknown(Now);

        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            Assert.True(intent.IsOutcomeUnknown);
            Assert.Equal(TimeSpan.FromSeconds(seconds), intent.Wait(WholeRefresh, Now));
            intent = RefreshIntent.Begin(intent, 1, Now, isForced: false).Unknown(Now);
        }
    }

    [Fact]
    public void An_answer_that_changes_nothing_settles_its_own_send_and_no_earlier_one()
    {
        var first = RefreshIntent.Begin(null, 1, Now, isForced: false);
        Assert.Null(first.Answered(Now));

        var second = RefreshIntent.Begin(first.Unknown(Now), 1, Now, isForced: false);
        Assert.True(second.Answered(Now)!.IsOutcomeUnknown);
        Assert.Equal(1, second.Answered(Now)!.Unanswered);
    }

    [Fact]
    public void A_clock_that_is_far_ahead_keeps_nobody_waiting() =>
        Assert.Equal(TimeSpan.Zero, RefreshIntent.Begin(null, 1, Now.AddHours(1), isForced: false).Wait(WholeRefresh, Now));

    [Fact]
    public void The_send_of_a_node_that_never_reported_counts_as_lost() =>
        Assert.Equal(1, RefreshIntent.Begin(RefreshIntent.Begin(null, 1, Now, isForced: false), 1, Now, isForced: false).Unanswered);

    [Fact]
    public void A_forced_send_is_remembered_whatever_came_of_it()
    {
        var forced = RefreshIntent.Begin(null, 1, Now, isForced: true);

        Assert.Equal(Now, forced.Answered(Now.AddSeconds(1))!.ForcedAt);
        Assert.False(forced.Answered(Now)!.IsOutcomeUnknown);
        Assert.Equal(Now, RefreshIntent.Begin(forced, 1, Now.AddSeconds(9), isForced: false).ForcedAt);
    }

    [Fact]
    public void Two_sends_of_one_instant_are_told_apart() =>
        Assert.NotEqual(RefreshIntent.Begin(null, 1, Now, isForced: false), RefreshIntent.Begin(null, 1, Now, isForced: false));

    [Fact]
    public void An_intent_that_was_written_is_read_again()
    {
        var intents = Gen.Choose(1, 9).SelectMany(generation => Gen.Choose(0, int.MaxValue).SelectMany(at => Gen.Choose(0, 20).SelectMany(unanswered =>
            Gen.Elements(true, false).SelectMany(isOpen => Gen.Elements(true, false).Select(isForced =>
                new RefreshIntent(generation, Now.AddMilliseconds(at), unanswered, isOpen, isForced ? Now : null, "0011223344556677"))))));

        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(intents.ToArbitrary(), intent => RefreshIntent.Parse(intent.ToString()) == intent));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Where_nothing_is_written_there_is_no_intent(string? text) => Assert.Null(RefreshIntent.Parse(text));

    [Theory]
    [InlineData("1")]
    [InlineData("1 2 3 ajar 0 x")]
    [InlineData("-1 2 3 open 0 x")]
    [InlineData("1 99999999999999999999 3 open 0 x")]
    [InlineData("1 253402300800000 3 closed 0 x")] // one millisecond after the last instant there is
    [InlineData("1 2 2147483648 closed 0 x")]
    [InlineData("01 2 3 closed 0 x")]
    public void An_intent_of_another_version_may_be_open_and_can_be_replaced(string text)
    {
        var intent = RefreshIntent.Parse(text)!;

        Assert.True(intent.IsOpen);
        Assert.Equal(text, intent.ToString());
        Assert.Equal(TimeSpan.Zero, intent.Wait(WholeRefresh, Now));
        Assert.Equal(1, RefreshIntent.Begin(intent, 1, Now, isForced: false).Unanswered);
    }

    [Fact]
    public void No_text_is_too_odd_to_be_read_as_an_intent() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
            Gen.Elements("1", "9223372036854775807", "-", "open", "closed", "x", "", "0").ArrayOf().Select(words => string.Join(' ', words)).ToArbitrary(),
            text => RefreshIntent.Parse(text) is null || RefreshIntent.Parse(text)!.Wait(WholeRefresh, Now) <= TimeSpan.FromSeconds(60)));
}
