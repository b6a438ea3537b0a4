using BffBroker.Sessions;
using Microsoft.AspNetCore.DataProtection.KeyManagement.Internal;

namespace BffBroker.Redis;

/// <summary>
/// The key ring in Redis as this node has read it. Stands before Data Protection's own provider, since the protector treats that class apart: in its first
/// two minutes, each payload with an unknown key id, which anybody can make, would have the ring read by the request's own thread.
/// </summary>
internal sealed class RedisDataProtectionKeys(IKeyRingProvider provider, ReloadableKeyManager manager, RedisConnection redis) : IKeyRingProvider, IDataProtectionKeys
{
    private readonly Lock _gate = new();
    private volatile Task? _firstRead;

    public Task EnsureReadAsync()
    {
        if (_firstRead is { IsCompletedSuccessfully: true } read)
        {
            return read;
        }

        lock (_gate)
        {
            // The provider reads synchronously. On a thread of its own it takes none from the requests that wait for it.
            return _firstRead is null or { IsFaulted: true }
                ? _firstRead = Task.Factory.StartNew(provider.GetCurrentKeyRing, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                : _firstRead;
        }
    }

    public IKeyRing GetCurrentKeyRing() => provider.GetCurrentKeyRing();

    public bool Contains(Guid keyId)
    {
        IKeyRing ring;
        try
        {
            ring = provider.GetCurrentKeyRing();
        }
        catch (StoreUnavailableException) when (_firstRead is { IsCompletedSuccessfully: true })
        {
            // The provider tells one caller that it could not read the ring again, and goes on with the one that it has.
            ring = provider.GetCurrentKeyRing();
        }

        return ring.GetAuthenticatedEncryptorByKeyId(keyId, out _) is not null;
    }

    // Without Redis the ring in memory is the best there is: giving it up would only fail the next login.
    public void Reload()
    {
        if (redis.IsConnected)
        {
            manager.Reload();
        }
    }
}
