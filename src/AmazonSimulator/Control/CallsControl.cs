namespace AmazonSimulator;

/// <summary><c>/simulator/calls</c>.</summary>
internal static class CallsControl
{
    public static void MapCalls(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/calls", (Simulator simulator) => ControlJson.Ok(simulator.Calls.All.Select(View)));
        routes.MapDelete("/calls", (Simulator simulator) =>
        {
            simulator.Calls.Clear();
            return TypedResults.NoContent();
        });
    }

    private static CallView View(ReceivedCall call) =>
        new(call.Operation.Name, call.GrantType, call.Status, call.At, call.Region, call.Method, call.Path);

    private sealed record CallView(
        string Operation, string? GrantType, int? Status, DateTimeOffset At, string Region, string Method, string Path);
}
