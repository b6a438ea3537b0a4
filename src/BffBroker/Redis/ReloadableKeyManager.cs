using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace BffBroker.Redis;

/// <summary>
/// Data Protection's key manager, with a way to say that the ring held in memory is old, and no other. By itself Data Protection reads the ring
/// once a day, and in its first two minutes for each key that it does not know, which anybody can name.
/// </summary>
internal sealed class ReloadableKeyManager(IKeyManager inner) : IKeyManager, IDisposable
{
    private CancellationTokenSource _current = new();
    private Keys? _held;

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

    public IReadOnlyCollection<IKey> GetAllKeys()
    {
        var (current, held) = (_current, _held);
        if (held?.Of != current)
        {
            _held = held = new(current, inner.GetAllKeys());
        }

        return held.All;
    }

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

    /// <param name="Of">What was current before they were read: a reload since then makes them old.</param>
    private sealed record Keys(CancellationTokenSource Of, IReadOnlyCollection<IKey> All);
}
