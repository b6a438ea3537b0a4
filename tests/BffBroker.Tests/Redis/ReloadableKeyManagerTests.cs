using BffBroker.Redis;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace BffBroker.Tests.Redis;

public sealed class ReloadableKeyManagerTests
{
    [Fact]
    public void A_reload_makes_the_ring_in_memory_old_and_the_next_one_new()
    {
        using var manager = new ReloadableKeyManager(new NoKeys());
        var held = manager.GetCacheExpirationToken();
        Assert.False(held.IsCancellationRequested);

        manager.Reload();

        Assert.True(held.IsCancellationRequested);
        Assert.False(manager.GetCacheExpirationToken().IsCancellationRequested);
    }

    private sealed class NoKeys : IKeyManager
    {
        public IKey CreateNewKey(DateTimeOffset activationDate, DateTimeOffset expirationDate) => throw new NotSupportedException();

        public IReadOnlyCollection<IKey> GetAllKeys() => [];

        public CancellationToken GetCacheExpirationToken() => CancellationToken.None;

        public void RevokeAllKeys(DateTimeOffset revocationDate, string? reason = null)
        {
        }

        public void RevokeKey(Guid keyId, string? reason = null)
        {
        }
    }
}
