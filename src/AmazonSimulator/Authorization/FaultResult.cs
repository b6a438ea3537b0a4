namespace AmazonSimulator;

/// <summary>A fault as the answer to a browser.</summary>
internal sealed class FaultResult(Fault fault) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => fault is Fault.Answer answer ? answer.Value.Status : ReceivedCall.ConnectionReset;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (fault is Fault.Answer answer)
        {
            return answer.Value.WriteAsync(httpContext);
        }

        httpContext.Abort();
        return Task.CompletedTask;
    }
}
