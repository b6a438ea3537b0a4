using BffBroker.OAuth;

namespace BffBroker.Api;

/// <summary>The scopes that the broker is configured to ask for.</summary>
internal delegate Scopes ScopesThatMayBeAsked();
