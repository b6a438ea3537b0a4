using FsCheck;
using FsCheck.Fluent;

namespace BffBroker.Tests.Security;

/// <summary>Many browsers of many users at once, in histories that nobody would think of.</summary>
public sealed class InterleavedUsersTests
{
    [Fact]
    public async Task Nobody_ever_sees_what_belongs_to_another()
    {
        var step = Gen.Frequency(
            (8, Gen.Constant(UserStep.AskProfile)),
            (4, Gen.Constant(UserStep.AskSession)),
            (3, Gen.Constant(UserStep.AskSessions)),
            (3, Gen.Constant(UserStep.LogIn)),
            (1, Gen.Constant(UserStep.LogInAsAnother)),
            (1, Gen.Constant(UserStep.LogOut)),
            (1, Gen.Constant(UserStep.TakeOldCookie)),
            (2, Gen.Constant(UserStep.TokensEnd)));
        var together = step.SelectMany(what => Gen.Choose(0, FourUsersWorld.Browsers - 1).Select(browser => (what, browser))).ArrayOf(8);
        var history = together.ArrayOf(6).ToArbitrary();
        await using var world = await FourUsersWorld.StartAsync();

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(15), Prop.ForAll(history, rounds => Task.Run(async () =>
        {
            foreach (var round in rounds)
            {
                // Time passes before a round, never in it: a login or a refresh during which an hour passes is too late, and fails rightly.
                await Task.WhenAll(round.OrderByDescending(step => step.what == UserStep.TokensEnd).Select(step => world.DoAsync(step.what, step.browser)));
            }
        }).GetAwaiter().GetResult()));

        Assert.True(world.ProfilesSeen > 100, "Hardly anybody was logged in.");
    }
}
