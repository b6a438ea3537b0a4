namespace AmazonSimulator;

/// <summary>An authorization request that is in order as far as client and redirect URI go, so that errors can be sent there.</summary>
/// <param name="RawState">The state as it stood in the query, still encoded: no decoder can make it come back changed.</param>
internal sealed record AuthorizationRequest(string ClientId, string RedirectUri, string? RawState)
{
    public IReadOnlyList<RequestedScope> Scopes { get; init; } = [];

    public CodeChallenge? Challenge { get; init; }
}
