using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sandbox;

/// <summary>A certificate for one run: nobody has signed it, so browsers ask before they go on.</summary>
internal static class ThrowAwayCertificate
{
    public static X509Certificate2 For(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
    }
}
