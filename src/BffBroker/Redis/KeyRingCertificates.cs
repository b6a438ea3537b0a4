using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BffBroker.Redis;

/// <summary>The key ring's certificates as loaded: the present one encrypts and signs, all of them decrypt and verify.</summary>
internal sealed class KeyRingCertificates
{
    private const int SmallestKey = 2048;

    private readonly List<(string Key, string Problem)> _problems = [];

    private KeyRingCertificates()
    {
    }

    public X509Certificate2? Current { get; private set; }

    public IReadOnlyList<X509Certificate2> Previous { get; private set; } = [];

    public IReadOnlyList<X509Certificate2> All => Current is null ? Previous : [Current, .. Previous];

    public IReadOnlyList<(string Key, string Problem)> Problems => _problems;

    public static KeyRingCertificates Load(KeyRingOptions options)
    {
        var certificates = new KeyRingCertificates();
        if (!string.IsNullOrEmpty(options.CertificateFile))
        {
            certificates.Current = certificates.TryLoad(nameof(options.CertificateFile), options.CertificateFile, options.CertificateKeyFile, options);
        }

        certificates.Previous = [.. options.PreviousCertificateFiles
            .Select((file, i) => certificates.TryLoad($"{nameof(options.PreviousCertificateFiles)}:{i}", file, null, options))
            .OfType<X509Certificate2>()];
        return certificates;
    }

    private X509Certificate2? TryLoad(string key, string file, string? keyFile, KeyRingOptions options)
    {
        try
        {
            var certificate = Read(file, keyFile, options.CertificatePasswordFile);
            using var privateKey = certificate.GetRSAPrivateKey();
            if (privateKey is { KeySize: >= SmallestKey })
            {
                return certificate;
            }

            certificate.Dispose();
            _problems.Add((key, privateKey is null
                ? "Must come with its private key, and an RSA one. Name the key's file in KeyRing:CertificateKeyFile, or use a PFX."
                : $"Its RSA key has {privateKey.KeySize} bits, and must have {SmallestKey} or more."));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _problems.Add((key, $"The file, or one named beside it, cannot be read ({exception.GetType().Name}). Check path and permissions."));
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            _problems.Add((key, "Is no PEM or PFX certificate with its RSA key, or its password is another. Check KeyRing:CertificateKeyFile and KeyRing:CertificatePasswordFile."));
        }

        return null;
    }

    private static X509Certificate2 Read(string file, string? keyFile, string? passwordFile)
    {
        keyFile = string.IsNullOrEmpty(keyFile) ? file : keyFile;
        var password = string.IsNullOrEmpty(passwordFile) ? null : File.ReadAllText(passwordFile).TrimEnd('\r', '\n');
        if (!IsPem(file))
        {
            return X509CertificateLoader.LoadPkcs12FromFile(file, password, X509KeyStorageFlags.EphemeralKeySet);
        }

        // A certificate that is being exchanged may have come without a password.
        return password is null || !File.ReadAllText(keyFile).Contains("ENCRYPTED", StringComparison.Ordinal)
            ? X509Certificate2.CreateFromPemFile(file, keyFile)
            : X509Certificate2.CreateFromEncryptedPemFile(file, password, keyFile);
    }

    private static bool IsPem(string file) => File.ReadAllBytes(file).AsSpan().IndexOf("-----BEGIN "u8) >= 0;
}
