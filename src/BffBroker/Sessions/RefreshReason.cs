namespace BffBroker.Sessions;

/// <summary>Why a session gets a new access token.</summary>
internal enum RefreshReason
{
    /// <summary>The old one is as good as dead: its callers wait.</summary>
    Expired,

    /// <summary>The old one will expire soon, and serves meanwhile: nobody waits.</summary>
    Ahead,

    /// <summary>Amazon has rejected the old one before its time: its caller waits.</summary>
    Rejected,
}
