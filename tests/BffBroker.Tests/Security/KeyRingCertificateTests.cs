using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BffBroker.Redis;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

public sealed class KeyRingCertificateTests(RedisServer redis) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("PEM, key in the same file")]
    [InlineData("PEM, key in a file of its own")]
    [InlineData("PEM, key encrypted")]
    [InlineData("PFX")]
    [InlineData("PFX with a password")]
    public void A_certificate_loads_from_any_usual_file(string form)
    {
        var options = Write(form);

        var loaded = KeyRingCertificates.Load(options);

        Assert.Empty(loaded.Problems);
        Assert.NotNull(loaded.Current!.GetRSAPrivateKey());
    }

    [Fact]
    public void Beside_a_certificate_with_a_password_another_may_be_without()
    {
        var options = Write("PEM, key encrypted");
        options.PreviousCertificateFiles.Add(CertificateFile.Create(_folder.Path).Path);

        var loaded = KeyRingCertificates.Load(options);

        Assert.Empty(loaded.Problems);
        Assert.NotNull(Assert.Single(loaded.Previous).GetRSAPrivateKey());
    }

    [Fact]
    public void A_certificate_with_a_short_key_is_told_with_the_setting_that_names_it()
    {
        var options = new KeyRingOptions { CertificateFile = CertificateFile.Create(_folder.Path).Path };
        options.PreviousCertificateFiles.Add(CertificateFile.Create(_folder.Path, keySize: 1024).Path);

        var (key, problem) = Assert.Single(KeyRingCertificates.Load(options).Problems);

        Assert.Equal("PreviousCertificateFiles:0", key);
        Assert.Contains("2048", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_whose_key_is_not_RSA_is_told()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=ec", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(1));
        var path = Path.Combine(_folder.Path, "ec.pfx");
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pfx));

        var (name, problem) = Assert.Single(KeyRingCertificates.Load(new() { CertificateFile = path }).Problems);

        Assert.Equal("CertificateFile", name);
        Assert.Contains("RSA", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_has_expired_serves_as_before()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        var expired = CertificateFile.Create(_folder.Path, expiredSince: TimeSpan.FromDays(30));
        (string, string)[] settings = [("Redis:KeyPrefix", world.KeyPrefix + "expired:"), ("KeyRing:CertificateFile", expired.Path)];
        var first = await world.StartNodeAsync(settings);
        var cookie = await KeyRingWorld.LogInAsync(first);

        Assert.Equal(System.Net.HttpStatusCode.OK, (await world.GetAsync(await world.StartNodeAsync(settings), "/me", cookie)).StatusCode);
    }

    private KeyRingOptions Write(string form)
    {
        var (certificate, password) = (CertificateFile.Create(_folder.Path).Certificate, form.Contains("password", StringComparison.Ordinal) || form.Contains("encrypted", StringComparison.Ordinal) ? "geheim" : null);
        using var key = certificate.GetRSAPrivateKey()!;
        var keyText = password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        var options = new KeyRingOptions
        {
            CertificateFile = Path.Combine(_folder.Path, "certificate"),
            CertificatePasswordFile = password is null ? null : Path.Combine(_folder.Path, "password"),
            CertificateKeyFile = form.Contains("of its own", StringComparison.Ordinal) ? Path.Combine(_folder.Path, "key") : null,
        };
        File.WriteAllText(Path.Combine(_folder.Path, "password"), $"{password}\n");
        File.WriteAllText(Path.Combine(_folder.Path, "key"), keyText);
        File.WriteAllBytes(options.CertificateFile, form.StartsWith("PFX", StringComparison.Ordinal)
            ? certificate.Export(X509ContentType.Pfx, password)
            : [.. System.Text.Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"), .. options.CertificateKeyFile is null ? System.Text.Encoding.ASCII.GetBytes(keyText) : []]);
        return options;
    }
}
