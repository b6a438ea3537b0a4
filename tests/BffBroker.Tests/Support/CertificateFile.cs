using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BffBroker.Tests.Support;

/// <summary>A certificate for the key ring, as the openssl command of docs/running.md makes one, with its key in the same PEM file.</summary>
/// <param name="Certificate">With its private key.</param>
internal sealed record CertificateFile(string Path, X509Certificate2 Certificate)
{
    public static CertificateFile Create(string folder, int keySize = 2048, TimeSpan? expiredSince = null)
    {
        using var rsa = RSA.Create(keySize);
        var request = new CertificateRequest("CN=bffbroker-keyring", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var end = TimeProvider.System.GetUtcNow() + (-expiredSince ?? TimeSpan.FromDays(365));
        var certificate = request.CreateSelfSigned(end.AddDays(-730), end);

        var path = System.IO.Path.Combine(folder, $"{Guid.NewGuid():N}.pem");
        File.WriteAllText(path, $"{certificate.ExportCertificatePem()}\n{rsa.ExportPkcs8PrivateKeyPem()}\n");
        return new(path, certificate);
    }

    /// <summary>What anybody may have.</summary>
    public X509Certificate2 PublicHalf => X509CertificateLoader.LoadCertificate(Certificate.RawData);
}
