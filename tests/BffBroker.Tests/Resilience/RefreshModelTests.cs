using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace BffBroker.Tests.Resilience;

/// <summary>
/// Random histories of two nodes that share a store, before an Amazon whose refresh tokens are good for one use and whose answers come, fail or
/// get lost as it pleases.
/// </summary>
public sealed class RefreshModelTests
{
    private enum Step
    {
        LogIn,
        Ask,
        LogOut,
        Answer,
        AnswerBusy,
        LoseRequest,
        LoseAnswer,
        Wait,
        Expire,
        LoseLease,
        StopWrites,
        AllowWrites,
    }

    [Fact]
    public void No_history_sends_a_token_twice_revives_a_session_mixes_users_or_loses_a_session_that_Amazon_still_knows()
    {
        var step = Gen.Frequency(
            (2, Gen.Constant(Step.LogIn)),
            (12, Gen.Constant(Step.Ask)),
            (1, Gen.Constant(Step.LogOut)),
            (6, Gen.Constant(Step.Answer)),
            (2, Gen.Constant(Step.AnswerBusy)),
            (2, Gen.Constant(Step.LoseRequest)),
            (1, Gen.Constant(Step.LoseAnswer)),
            (3, Gen.Constant(Step.Wait)),
            (4, Gen.Constant(Step.Expire)),
            (1, Gen.Constant(Step.LoseLease)),
            (1, Gen.Constant(Step.StopWrites)),
            (2, Gen.Constant(Step.AllowWrites)));
        var history = step.SelectMany(what => Gen.Choose(0, 1).SelectMany(node => Gen.Choose(0, 2).Select(user => (what, node, user)))).ArrayOf().ToArbitrary();

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(60), Prop.ForAll(history, steps => Task.Run(() => RunAsync(steps)).GetAwaiter().GetResult()));
    }

    private static async Task RunAsync((Step Step, int Node, int User)[] steps)
    {
        await using var world = new ModelWorld();
        foreach (var (step, node, user) in steps)
        {
            await (step switch
            {
                Step.LogIn => world.LogInAsync(node, user),
                Step.Ask => world.AskAsync(node, user),
                Step.LogOut => world.LogOutAsync(node, user),
                Step.Answer => world.Amazon.AnswerAsync(user, AnswerKind.Tokens),
                Step.AnswerBusy => world.Amazon.AnswerAsync(user, AnswerKind.Busy),
                Step.LoseRequest => world.Amazon.AnswerAsync(user, AnswerKind.RequestLost),
                Step.LoseAnswer => world.Amazon.AnswerAsync(user, AnswerKind.AnswerLost),
                Step.Wait => world.PassAsync(TimeSpan.FromSeconds(3)),
                Step.Expire => world.PassAsync(TimeSpan.FromMinutes(57)),
                Step.LoseLease => world.LoseLeaseAsync(user),
                Step.StopWrites => world.SetWritesAsync(false),
                _ => world.SetWritesAsync(true),
            });
        }

        await world.SettleAsync();
    }
}
