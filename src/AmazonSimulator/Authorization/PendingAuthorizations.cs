namespace AmazonSimulator;

/// <summary>Authorization requests that wait for their customer. The key is Amazon's <c>arb</c>, a UUID in the address.</summary>
internal sealed class PendingAuthorizations
{
    private readonly BoundedStore<AuthorizationRequest> _requests = new(10_000);

    public string Add(AuthorizationRequest request)
    {
        var arb = Guid.NewGuid().ToString();
        _requests.Add(arb, request);
        return arb;
    }

    public AuthorizationRequest? Find(string? arb) => arb is null ? null : _requests.Find(arb);

    public void Clear() => _requests.Clear();
}
