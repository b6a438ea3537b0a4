namespace BffBroker.Sessions;

/// <summary>The store of sessions or of the key ring did not answer, or not in time. Nothing is known of what it did.</summary>
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
}
