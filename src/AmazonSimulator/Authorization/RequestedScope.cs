namespace AmazonSimulator;

/// <summary>A scope of an authorization request; the customer may decline one that is not essential.</summary>
internal sealed record RequestedScope(string Name, bool Essential);
