using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>Remembers which <c>state</c> values have come back, for longer than one of them is good.</summary>
internal interface IUsedStates
{
    /// <summary>False when it was marked before. When the outcome is unknown it throws, and sees to it that no mark stays.</summary>
    Task<bool> TryMarkAsync(LoginState state);
}
