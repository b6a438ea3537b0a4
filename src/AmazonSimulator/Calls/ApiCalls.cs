namespace AmazonSimulator;

/// <summary>The one way through which API calls go: noted, delayed, spoiled if the fault plan says so, answered.</summary>
internal sealed partial class ApiCalls(Simulator simulator, ILogger<ApiCalls> logger)
{
    /// <param name="work">The genuine processing, with its effects. Run at most once, and not at all by a fault before processing.</param>
    public async Task ServeAsync(HttpContext http, Operation operation, Func<ApiAnswer> work)
    {
        RequestIds.Assign(http);
        var call = simulator.Calls.Add(operation, http.Request, simulator.Clock.Now);
        using var leaving = Leaving.Of(http);
        try
        {
            if (await AnswerAsync(simulator.Faults.Next(operation), work, leaving.Token) is { } answer)
            {
                call.Status = answer.Status;
                await answer.WriteAsync(http);
            }
            else
            {
                call.Status = ReceivedCall.ConnectionReset;
                http.Abort();
            }
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            call.Status = ReceivedCall.CallerGone;
        }

        Log.Answered(logger, operation.Name, call.Status.Value);
    }

    /// <summary>Null means that the connection breaks.</summary>
    private async Task<ApiAnswer?> AnswerAsync(Fault? fault, Func<ApiAnswer> work, CancellationToken cancellationToken)
    {
        await simulator.Clock.DelayAsync(simulator.Settings.Latency, cancellationToken);
        if (fault is Fault.Delay { AfterProcessing: false } before)
        {
            await before.WaitAsync(simulator.Clock, cancellationToken);
        }

        var genuine = fault is null or Fault.Delay or Fault.Tampered or { AfterProcessing: true } ? work() : null;
        if (fault is Fault.Delay { AfterProcessing: true } after)
        {
            await after.WaitAsync(simulator.Clock, cancellationToken);
        }

        return fault switch
        {
            Fault.Answer answer => answer.Value,
            Fault.Refusal refusal => ApiAnswer.From(refusal.Error),
            Fault.Abort => null,
            Fault.Tampered tampered => tampered.ApplyTo(genuine!),
            _ => genuine,
        };
    }

    private static partial class Log
    {
        [LoggerMessage(9001, LogLevel.Information, "{Operation} answered with {Status}")]
        public static partial void Answered(ILogger logger, string operation, int status);
    }
}
