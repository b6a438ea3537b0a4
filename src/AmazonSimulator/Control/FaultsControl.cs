using Microsoft.AspNetCore.Http.HttpResults;

namespace AmazonSimulator;

/// <summary><c>/simulator/faults</c>.</summary>
internal static class FaultsControl
{
    private const int MostTimes = 100_000;

    public static void MapFaults(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/faults", Show);
        routes.MapMethods("/faults", ["POST", "PUT"], (HttpRequest request, Simulator simulator) =>
            ControlJson.WithBodyAsync<PlannedFault>(request, plan => Add(plan, simulator)));
        routes.MapDelete("/faults", (Simulator simulator) =>
        {
            simulator.Faults.Clear();
            return Show(simulator);
        });
    }

    private static IResult Add(PlannedFault plan, Simulator simulator)
    {
        if (Operation.Find(plan.Operation) is not { } operation)
        {
            return ControlJson.Problem($"'operation' is one of: {string.Join(", ", Operation.All.Select(known => known.Name))}.");
        }

        if (FaultNames.Find(plan) is not { } fault)
        {
            return ControlJson.Problem($"'fault' is one of: {string.Join(", ", FaultNames.All)}.");
        }

        if (plan.Times is < 1 or > MostTimes || plan.Status is < 200 or > 599 || plan.Seconds < TimeSpan.Zero)
        {
            return ControlJson.Problem($"'times' is 1 to {MostTimes}, 'status' 200 to 599, and 'seconds' not negative.");
        }

        if (plan.Always)
        {
            simulator.Faults.Set(operation, fault);
        }
        else
        {
            simulator.Faults.Enqueue(operation, fault, plan.Times);
        }

        return Show(simulator);
    }

    private static JsonHttpResult<FaultsView> Show(Simulator simulator) => ControlJson.Ok(new FaultsView(
        [.. simulator.Faults.Queued.Select(View)], [.. simulator.Faults.Standing.Select(View)]));

    private static PlannedFaultView View((Operation Operation, Fault Fault) planned) =>
        new(planned.Operation.Name, planned.Fault.Name, planned.Fault.AfterProcessing);

    private sealed record FaultsView(IReadOnlyList<PlannedFaultView> Next, IReadOnlyList<PlannedFaultView> Always);

    private sealed record PlannedFaultView(string Operation, string Fault, bool AfterProcessing);
}
