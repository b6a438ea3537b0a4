using Microsoft.AspNetCore.Http.HttpResults;

namespace AmazonSimulator;

/// <summary><c>/simulator/clock</c>.</summary>
internal static class ClockControl
{
    public static void MapClock(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/clock", Show);
        routes.MapPost("/clock", (HttpRequest request, Simulator simulator) =>
            ControlJson.WithBodyAsync<ClockChange>(request, change => Advance(simulator, change.Advance)));
    }

    private static IResult Advance(Simulator simulator, TimeSpan? by)
    {
        if (by is not { } time || time < TimeSpan.Zero)
        {
            return ControlJson.Problem("'advance' is a number of seconds, and the clock does not go back.");
        }

        simulator.Clock.Advance(time);
        return Show(simulator);
    }

    private static JsonHttpResult<ClockView> Show(Simulator simulator) =>
        ControlJson.Ok(new ClockView(simulator.Clock.Now, simulator.Clock.Offset));

    private sealed record ClockChange(TimeSpan? Advance);

    private sealed record ClockView(DateTimeOffset Now, TimeSpan Offset);
}
