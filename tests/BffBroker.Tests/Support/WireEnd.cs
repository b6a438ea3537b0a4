namespace BffBroker.Tests.Support;

/// <summary>What becomes of a connection.</summary>
internal enum WireEnd
{
    Kept,
    Closed,
    Reset,
}
