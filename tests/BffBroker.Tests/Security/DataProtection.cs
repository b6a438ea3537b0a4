using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;
using BffBroker.Sessions;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Security;

/// <summary>Data Protection, set up as the broker does, outside of it.</summary>
internal static class DataProtection
{
    public static ServiceProvider Services(MemoryRepository repository, Action<KeyManagementOptions>? configure = null, params X509Certificate2[] certificates)
    {
        var services = new ServiceCollection();
        var builder = services.AddLogging().AddDataProtection()
            .SetApplicationName("BffBroker")
            .UseCryptographicAlgorithms(new AuthenticatedEncryptorConfiguration { EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM });
        if (certificates.Length > 0)
        {
            builder.UnprotectKeysWithAnyCertificate(certificates);
        }

        return services
            .Configure<KeyManagementOptions>(options =>
            {
                options.XmlRepository = repository;
                configure?.Invoke(options);
            })
            .BuildServiceProvider();
    }

    public static IDataProtectionProvider ProviderOf(IEnumerable<XElement> elements, params X509Certificate2[] certificates) =>
        Services(new(elements), options => options.AutoGenerateKeys = false, certificates).GetRequiredService<IDataProtectionProvider>();

    public static KeyRing RingOf(IEnumerable<XElement> elements) => new(ProviderOf(elements), new InMemoryDataProtectionKeys(), TimeProvider.System);
}
