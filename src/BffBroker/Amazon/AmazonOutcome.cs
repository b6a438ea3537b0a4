namespace BffBroker.Amazon;

/// <summary>What came of one request to Amazon.</summary>
internal abstract record AmazonOutcome
{
    private AmazonOutcome()
    {
    }

    /// <summary>No answer, or one that says "not now": what the circuit breakers count, and what another try may mend.</summary>
    public bool IsFailure => this is not Answered { Answer.IsTransient: false };

    /// <summary>What Amazon, or the circuit breaker in its place, asks to wait.</summary>
    public TimeSpan? RetryAfter => this switch
    {
        Unsent unsent => unsent.Wait,
        Answered answered => answered.Answer.RetryAfter,
        _ => null,
    };

    /// <summary>Amazon has surely not seen it: there was no connection, or the circuit is open.</summary>
    /// <param name="Wait">What is left of the break of an open circuit.</param>
    public sealed record Unsent(TimeSpan? Wait) : AmazonOutcome;

    /// <summary>It went out, or may have, and no whole answer came: Amazon may have done what it was asked.</summary>
    public sealed record Unanswered(bool IsTimeout) : AmazonOutcome;

    public sealed record Answered(AmazonAnswer Answer) : AmazonOutcome;
}
