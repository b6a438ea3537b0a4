namespace BffBroker.Benchmarks.Load;

/// <summary>How fast each kind of request is answered: rounds over all of them, one after the other, so that what disturbs the machine disturbs all alike.</summary>
internal sealed class Rates(Plan plan, IReadOnlyList<Scenario> scenarios, ICollection<string> problems)
{
    private readonly List<(Scenario Scenario, int Connections, Wrk Round, double CpuMicroseconds)> _rounds = [];

    public async Task<IReadOnlyList<Rate>> MeasureAsync()
    {
        foreach (var scenario in scenarios.Where(_ => plan.WarmUp > TimeSpan.Zero))
        {
            await Wrk.RunAsync(scenario.Url, plan.Connections[^1], plan.WarmUp, scenario.Cookies);
        }

        foreach (var connections in Enumerable.Repeat(plan.Connections, plan.Rounds).SelectMany(each => each))
        {
            foreach (var scenario in scenarios)
            {
                await MeasureAsync(scenario, connections);
            }
        }

        return [.. plan.Connections.SelectMany(connections => scenarios.Select(scenario => RateOf(scenario, connections)))];
    }

    private async Task MeasureAsync(Scenario scenario, int connections)
    {
        var before = scenario.Server.Cpu;
        var round = await Wrk.RunAsync(scenario.Url, connections, plan.Round, scenario.Cookies);
        _rounds.Add((scenario, connections, round, (scenario.Server.Cpu - before).TotalMicroseconds / round.Requests));
        if (round.Broken > 0 || round.Unsuccessful != (scenario.IsRefused ? round.Requests : 0))
        {
            problems.Add($"{scenario.Name}: of {round.Requests} requests {round.Unsuccessful} were refused, {round.Broken} were not answered.");
        }
    }

    private Rate RateOf(Scenario scenario, int connections)
    {
        var yardstick = scenarios.SingleOrDefault(other => other.Name == scenario.Yardstick);
        var (rate, p99) = (Median(scenario, connections, round => round.RequestsPerSecond), Median(scenario, connections, round => round.P99));
        return new(
            scenario.Name,
            connections,
            Math.Round(rate),
            Median(scenario, connections, round => round.P50),
            p99,
            Math.Round(Figures.Median(_rounds.Where(round => round.Scenario == scenario && round.Connections == connections).Select(round => round.CpuMicroseconds)), 1),
            scenario.Yardstick,
            yardstick is null ? null : Math.Round(rate / Median(yardstick, connections, round => round.RequestsPerSecond), 2),
            yardstick is null ? null : Math.Round(p99 / Median(yardstick, connections, round => round.P99), 2));
    }

    private double Median(Scenario scenario, int connections, Func<Wrk, double> figure) =>
        Figures.Median(_rounds.Where(round => round.Scenario == scenario && round.Connections == connections).Select(round => figure(round.Round)));
}

/// <summary>Medians over the rounds.</summary>
/// <param name="P50">Microseconds; so is <paramref name="P99"/>.</param>
/// <param name="CpuMicroseconds">Of the server's processor time for each request.</param>
/// <param name="OfYardstick">Requests a second, as a part of the yardstick's.</param>
/// <param name="P99OfYardstick">As a multiple of the yardstick's.</param>
internal sealed record Rate(
    string Name, int Connections, double RequestsPerSecond, double P50, double P99, double CpuMicroseconds, string? Yardstick, double? OfYardstick, double? P99OfYardstick);
