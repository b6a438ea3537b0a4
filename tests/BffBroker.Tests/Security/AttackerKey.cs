using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;
using BffBroker.Sessions;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace BffBroker.Tests.Security;

/// <summary>A Data Protection key that an attacker has made, newer than any: the default one of a ring that takes it.</summary>
internal sealed class AttackerKey
{
    private AttackerKey(XElement inClear, XElement encrypted)
    {
        (InClear, Encrypted) = (inClear, encrypted);
        Ring = DataProtection.RingOf([inClear]);
    }

    public XElement InClear { get; }

    /// <summary>To the certificate of the broker, by Data Protection itself.</summary>
    public XElement Encrypted { get; }

    /// <summary>Seals as a broker would that had taken the key.</summary>
    public KeyRing Ring { get; }

    public static AttackerKey Create(X509Certificate2 publicHalf)
    {
        Assert.False(publicHalf.HasPrivateKey);
        var (encrypted, escrow) = (new MemoryRepository([]), new Escrow());
        using var services = DataProtection.Services(encrypted, options =>
        {
            options.XmlEncryptor = new CertificateXmlEncryptor(publicHalf, NullLoggerFactory.Instance);
            options.KeyEscrowSinks.Add(escrow);
        });
        var now = TimeProvider.System.GetUtcNow();
        services.GetRequiredService<IKeyManager>().CreateNewKey(now.AddMinutes(1), now.AddDays(90));
        return new(escrow.Key!, Assert.Single(encrypted.GetAllElements()));
    }

    private sealed class Escrow : IKeyEscrowSink
    {
        public XElement? Key { get; private set; }

        public void Store(Guid keyId, XElement element) => Key = new(element);
    }
}
