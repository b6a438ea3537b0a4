namespace BffBroker.Sessions;

/// <summary>
/// The store of sessions or of the key ring did not answer, or not in time. Its message is fit for a log; that of an inner exception is not,
/// since clients print keys.
/// </summary>
internal sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException()
    {
    }

    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    public StoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The operation may have been done, or may still be.</summary>
    public bool IsOutcomeUnknown { get; init; }
}
