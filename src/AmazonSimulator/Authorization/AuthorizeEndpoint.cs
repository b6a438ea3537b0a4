using System.Diagnostics;

namespace AmazonSimulator;

/// <summary><c>GET /ap/oa</c>: where the client sends the browser, and where it comes back to between the pages.</summary>
internal static class AuthorizeEndpoint
{
    public static void MapAuthorize(this IEndpointRouteBuilder routes) => routes.MapGet("/ap/oa", ServeAsync);

    private static async Task<IResult> ServeAsync(HttpContext http, Simulator simulator)
    {
        if (http.Request.Query["arb"] is [{ } arb])
        {
            return simulator.Pending.Find(arb) is { } pending
                ? new AuthorizationFlow(simulator, http).Continue(arb, pending)
                : ErrorPage.SignInIsOver(http);
        }

        RequestIds.Assign(http);
        var call = simulator.Calls.Add(Operation.Authorize, http.Request, simulator.Clock.Now);
        var result = await AnswerAsync(http, simulator);
        call.Status = (result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status302Found;
        return result;
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, Simulator simulator)
    {
        var fault = simulator.Faults.Next(Operation.Authorize);
        if (fault is Fault.Delay delay)
        {
            using var leaving = Leaving.Of(http);
            try
            {
                await delay.WaitAsync(simulator.Clock, leaving.Token);
            }
            catch (OperationCanceledException) when (leaving.IsCancellationRequested)
            {
                return TypedResults.StatusCode(ReceivedCall.CallerGone);
            }
        }

        var flow = new AuthorizationFlow(simulator, http);
        return (fault, new AuthorizationRequestReader(simulator).Read(http.Request)) switch
        {
            (Fault.Answer or Fault.Abort, _) => new FaultResult(fault),
            (_, AuthorizationOutcome.Stopped stopped) => ErrorPage.For(http, stopped.Reason),
            (_, AuthorizationOutcome.SentBack back) => flow.Fail(back.Request, back.Error, back.Description),
            (Fault.Refusal refusal, AuthorizationOutcome.Accepted accepted) =>
                flow.Fail(accepted.Request, refusal.Error.Error, refusal.Error.Description),
            (_, AuthorizationOutcome.Accepted accepted) => Start(simulator, flow, accepted.Request),
            _ => throw new UnreachableException(),
        };
    }

    private static IResult Start(Simulator simulator, AuthorizationFlow flow, AuthorizationRequest request)
    {
        var arb = simulator.Pending.Add(request);
        return simulator.Settings.SecondHost is { } host
            ? TypedResults.Redirect($"{host.TrimEnd('/')}/ap/oa?arb={arb}")
            : flow.Continue(arb, request);
    }
}
