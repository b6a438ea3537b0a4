namespace AmazonSimulator;

/// <summary>Everything under <c>/simulator</c>: what Amazon does not have, and a test or a demonstration needs.</summary>
internal static class ControlApi
{
    public static void MapControl(this IEndpointRouteBuilder routes)
    {
        var control = routes.MapGroup("/simulator");
        control.MapSettings();
        control.MapFaults();
        control.MapClients();
        control.MapCustomers();
        control.MapClock();
        control.MapCalls();
        control.MapPost("/reset", (Simulator simulator) =>
        {
            simulator.Reset();
            return TypedResults.NoContent();
        });
    }
}
