namespace BffBroker.Sessions;

/// <summary>A session as it is about to be saved.</summary>
internal sealed record SealedSession(OpenSession Session, byte[] Content);
