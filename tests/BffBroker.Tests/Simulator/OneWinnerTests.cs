using AmazonSimulator;

namespace BffBroker.Tests.Simulator;

/// <summary>The window is too small to be hit through HTTP, so two threads go for it directly, many times.</summary>
public sealed class OneWinnerTests
{
    private const int Rounds = 100_000;

    private static readonly Grant Grant = new(1, SampleCustomers.All[0], SimulatedClient.CreateDefault(), ["profile"]);

    [Fact]
    public void A_code_is_used_once_however_close_two_uses_come()
    {
        var codes = Enumerable.Range(0, Rounds).Select(_ => new AuthorizationCode(Grant, "", null, default)).ToArray();

        Assert.Equal(Rounds, Race(round => codes[round].TryUse()));
    }

    [Fact]
    public void A_refresh_token_is_retired_once_however_close_two_refreshes_come()
    {
        var tokens = Enumerable.Range(0, Rounds).Select(_ => new RefreshToken(Grant)).ToArray();

        Assert.Equal(Rounds, Race(round => tokens[round].TryRetire()));
    }

    /// <summary>Two threads attempt every round at the same moment; the result counts the attempts that succeeded.</summary>
    private static int Race(Func<int, bool> attempt)
    {
        var (wins, arrived) = (0, 0);

        void Run()
        {
            for (var round = 0; round < Rounds; round++)
            {
                Interlocked.Increment(ref arrived);
                var spin = new SpinWait();
                while (Volatile.Read(ref arrived) < 2 * (round + 1))
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                }

                if (attempt(round))
                {
                    Interlocked.Increment(ref wins);
                }
            }
        }

        var other = new Thread(Run);
        other.Start();
        Run();
        other.Join();
        return wins;
    }
}
