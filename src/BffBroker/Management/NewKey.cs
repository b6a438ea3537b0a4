using BffBroker.Redis;
using BffBroker.Sessions;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;

namespace BffBroker.Management;

/// <summary><c>new-key</c>: adds a key to the ring in Redis, before Data Protection would by itself.</summary>
internal static class NewKey
{
    // Every node has read the ring by then, which it does each 30 s; Data Protection seals with a key from 5 minutes before its activation on.
    private static readonly TimeSpan Notice = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>False, with the reason on standard error, when there is no ring or Redis does not take the key.</summary>
    public static async Task<bool> AddAsync(IServiceProvider services)
    {
        if (services.GetService<SignedXmlRepository>() is null)
        {
            await Console.Error.WriteLineAsync("There is no key ring in Redis: ConnectionStrings:Redis is not set.");
            return false;
        }

        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var activation = now + Notice + ClockSkew;
        try
        {
            var key = services.GetRequiredService<IKeyManager>()
                .CreateNewKey(activation, activation + services.GetRequiredService<IOptions<KeyManagementOptions>>().Value.NewKeyLifetime);
            await Console.Out.WriteLineAsync($"Key {key.KeyId} is in the ring. The nodes seal with it from {now + Notice:u} on.");
            return true;
        }
        catch (StoreUnavailableException exception)
        {
            await Console.Error.WriteLineAsync($"The key could not be saved: {exception.Message}");
            return false;
        }
    }
}
