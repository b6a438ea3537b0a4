using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace BffBroker.Redis;

/// <summary>Data Protection's key manager, with a way to say that the ring in memory is old. By itself Data Protection reads the ring once a day.</summary>
internal sealed class ReloadableKeyManager(IKeyManager inner) : IKeyManager, IDisposable
{
    private CancellationTokenSource _current = new();

    public void Reload()
    {
        // Not disposed: who reads it just now still needs its token, and without a timer it holds nothing.
        Interlocked.Exchange(ref _current, new()).Cancel();
    }

    public CancellationToken GetCacheExpirationToken() => _current.Token;

    public IKey CreateNewKey(DateTimeOffset activationDate, DateTimeOffset expirationDate)
    {
        var key = inner.CreateNewKey(activationDate, expirationDate);
        Reload();
        return key;
    }

    public IReadOnlyCollection<IKey> GetAllKeys() => inner.GetAllKeys();

    public void RevokeAllKeys(DateTimeOffset revocationDate, string? reason = null)
    {
        inner.RevokeAllKeys(revocationDate, reason);
        Reload();
    }

    public void RevokeKey(Guid keyId, string? reason = null)
    {
        inner.RevokeKey(keyId, reason);
        Reload();
    }

    public void Dispose() => _current.Dispose();
}
