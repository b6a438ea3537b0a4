namespace AmazonSimulator;

/// <summary>What a code stands for.</summary>
internal sealed class AuthorizationCode(Grant grant, string redirectUri, CodeChallenge? challenge, DateTimeOffset expiresAt)
{
    private int _used;

    public Grant Grant => grant;

    public string RedirectUri => redirectUri;

    public CodeChallenge? Challenge => challenge;

    public DateTimeOffset ExpiresAt => expiresAt;

    /// <summary>True for exactly one caller, however many come at once.</summary>
    public bool TryUse() => Interlocked.Exchange(ref _used, 1) == 0;
}
