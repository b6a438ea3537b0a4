using BffBroker.Sessions;
using BffBroker.Settings;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.KeyManagement.Internal;
using Microsoft.AspNetCore.DataProtection.StackExchangeRedis;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BffBroker.Redis;

/// <summary>Data Protection as the broker uses it: AES-256-GCM, the ring in Redis, encrypted to the certificate and signed with its key.</summary>
internal static class KeyRingSetup
{
    public static void AddKeyRing(this IServiceCollection services, IConfiguration configuration)
    {
        var dataProtection = services.AddDataProtection()
            .SetApplicationName("BffBroker")
            .UseCryptographicAlgorithms(new AuthenticatedEncryptorConfiguration { EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM });

        if (!configuration.HasRedis)
        {
            // Sessions die with the process, so may their keys.
            dataProtection.UseEphemeralDataProtectionProvider();
            services.AddSingleton<IDataProtectionKeys, InMemoryDataProtectionKeys>();
            return;
        }

        // Data Protection wants its certificates now. One that cannot be loaded is told by the validation, which comes before any use.
        var options = new KeyRingOptions();
        SettingText.BindReadable(configuration.GetSection(KeyRingOptions.Section), options);
        var certificates = KeyRingCertificates.Load(options);
        if (certificates.Current is not null)
        {
            dataProtection
                .ProtectKeysWithCertificate(certificates.Current)
                .UnprotectKeysWithAnyCertificate([.. certificates.All]);
        }

        services.AddSingleton(certificates)
            .AddSingleton<KeyRingSignature>()
            .AddSingleton<KeyRingAlarm>()
            .AddSingleton<SignedXmlRepository>(SignedRepository)
            .AddSingleton<ReloadableKeyManager>(provider => new ReloadableKeyManager(ActivatorUtilities.CreateInstance<XmlKeyManager>(provider)))
            .Replace(ServiceDescriptor.Singleton<IKeyManager>(provider => provider.GetRequiredService<ReloadableKeyManager>()))
            .AddSingleton<RedisDataProtectionKeys>(ReadKeys(services))
            .AddSingleton<IDataProtectionKeys>(provider => provider.GetRequiredService<RedisDataProtectionKeys>())
            .Replace(ServiceDescriptor.Singleton<IKeyRingProvider>(provider => provider.GetRequiredService<RedisDataProtectionKeys>()))
            .AddHostedService<KeyRingUpkeep>();
        services.AddOptions<KeyManagementOptions>().Configure<SignedXmlRepository>((keys, ring) => keys.XmlRepository = ring);
    }

    // PersistKeysToStackExchangeRedis registers the same repository, but its factory cannot resolve services.
    private static SignedXmlRepository SignedRepository(IServiceProvider services)
    {
        var redis = services.GetRequiredService<RedisConnection>();
        return ActivatorUtilities.CreateInstance<SignedXmlRepository>(services, new RedisXmlRepository(redis.GetDatabase, redis.Options.Key("keys")));
    }

    private static Func<IServiceProvider, RedisDataProtectionKeys> ReadKeys(IServiceCollection services)
    {
        var ofDataProtection = services.Single(service => service.ServiceType == typeof(IKeyRingProvider)).ImplementationType!;
        return provider => ActivatorUtilities.CreateInstance<RedisDataProtectionKeys>(provider, ActivatorUtilities.CreateInstance(provider, ofDataProtection));
    }
}
