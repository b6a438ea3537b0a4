using BffBroker.Settings;
using Microsoft.Extensions.Options;

namespace BffBroker.Redis;

/// <summary>The certificate that encrypts and signs the Data Protection key ring in Redis. Section <c>KeyRing</c>.</summary>
internal sealed class KeyRingOptions
{
    public const string Section = "KeyRing";

    /// <summary>PEM or PFX, with an RSA key of 2048 bits or more. When it expires does not matter: nobody but the brokers themselves goes by it.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>The PEM private key, where it is not in the certificate's file.</summary>
    public string? CertificateKeyFile { get; set; }

    /// <summary>Its content is the password of each PFX and each encrypted PEM key; a trailing line break is ignored.</summary>
    public string? CertificatePasswordFile { get; set; }

    /// <summary>Certificates of before, or the next one, each with its key in the same file: they open and verify, and write nothing.</summary>
    public IList<string> PreviousCertificateFiles { get; } = [];
}

/// <summary>A certificate that cannot be loaded stops the start: without it, nobody could be read or written.</summary>
internal sealed class KeyRingOptionsValidator(IHostEnvironment environment) : IValidateOptions<KeyRingOptions>
{
    public ValidateOptionsResult Validate(string? name, KeyRingOptions options)
    {
        var problems = new SettingProblems(KeyRingOptions.Section);
        if (string.IsNullOrEmpty(options.CertificateFile) && !environment.IsDevelopment())
        {
            problems.Add(nameof(options.CertificateFile), "Required outside Development. Make one with: "
                + "openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj /CN=bffbroker-keyring -keyout keyring.key.pem -out keyring.cert.pem (or dotnet BffBroker.dll new-certificate keyring.pem)");
        }

        foreach (var (key, problem) in KeyRingCertificates.Load(options).Problems)
        {
            problems.Add(key, problem);
        }

        return problems.ToResult();
    }
}
