namespace BffBroker.Benchmarks.Load;

/// <summary>How much of everything.</summary>
/// <param name="Starts">Of the broker.</param>
/// <param name="WarmUp">For each kind of request.</param>
/// <param name="Rounds">Over all kinds of requests, at each number of connections.</param>
/// <param name="Connections">Of wrk.</param>
/// <param name="Sessions">That are asked for in turn.</param>
/// <param name="StormSessions">That expire in one second.</param>
/// <param name="Churn">How long users log in and out.</param>
/// <param name="SessionsInRedis">By which the memory of one is measured.</param>
/// <param name="IsSmoke">Of what was built with it, as it is set: nothing is published, and no other settings are tried.</param>
internal sealed record Plan(
    int Starts, TimeSpan WarmUp, int Rounds, TimeSpan Round, int[] Connections, int Sessions, int StormSessions, TimeSpan Churn, int SessionsInRedis, bool IsSmoke)
{
    /// <summary>What docs/performance.md shows.</summary>
    public static Plan Full { get; } = new(5, TimeSpan.FromSeconds(1), 3, TimeSpan.FromSeconds(2), [8, 64], 10_000, 10_000, TimeSpan.FromMinutes(10), 100_000, IsSmoke: false);

    /// <summary>Whether everything still works; its figures say nothing.</summary>
    public static Plan Smoke { get; } = new(1, TimeSpan.Zero, 1, TimeSpan.FromSeconds(1), [8], 100, 100, TimeSpan.FromSeconds(1), 500, IsSmoke: true);
}
