namespace AmazonSimulator;

internal abstract partial record Fault
{
    /// <summary>Another answer than the genuine one.</summary>
    public sealed record Answer(ApiAnswer Value) : Fault;

    /// <summary>An error in OAuth's words, in the shape of the endpoint it strikes.</summary>
    public sealed record Refusal(ErrorResponse Error) : Fault;

    /// <summary>The connection breaks without an answer.</summary>
    public sealed record Abort : Fault;

    /// <summary>The genuine answer, late.</summary>
    public sealed record Delay(Func<SimulatorClock, CancellationToken, Task> WaitAsync) : Fault;

    /// <summary>The genuine answer with something wrong in it. Refusals are left alone.</summary>
    public sealed record Tampered(Tampering How) : Fault
    {
        public ApiAnswer ApplyTo(ApiAnswer genuine)
        {
            if (genuine is { Status: 200, Members: { } members })
            {
                How.ApplyTo(members);
            }

            return genuine;
        }
    }
}
