using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BffBroker.Management;

/// <summary>The certificate files of the <c>Kestrel</c> section. The server would read them at its start, and end the process over a bad one.</summary>
internal static class ListenerCertificates
{
    /// <summary>What is wrong, by key; a password is in no text.</summary>
    public static IEnumerable<string> ProblemsOf(IConfiguration configuration)
    {
        var kestrel = configuration.GetSection("Kestrel");
        return kestrel.GetSection("Certificates").GetChildren()
            .Concat(kestrel.GetSection("Endpoints").GetChildren().SelectMany(CertificatesOf))
            .Select(certificate => ProblemOf(certificate, configuration[WebHostDefaults.ContentRootKey] ?? ""))
            .OfType<string>();
    }

    private static IEnumerable<IConfigurationSection> CertificatesOf(IConfigurationSection endpoint) =>
        endpoint.GetSection("Sni").GetChildren().Append(endpoint).Select(section => section.GetSection("Certificate"));

    private static string? ProblemOf(IConfigurationSection certificate, string folder)
    {
        var (path, keyPath, password) = (File("Path"), File("KeyPath"), certificate["Password"]);
        if (path is null)
        {
            return null; // of the system's store, or none
        }

        foreach (var (key, file) in new[] { ("Path", path), ("KeyPath", keyPath) })
        {
            if (file is not null && !System.IO.File.Exists(file))
            {
                return $"{certificate.Path}:{key}: There is no such file. Check path and permissions.";
            }
        }

        try
        {
            using var loaded = keyPath is null ? X509CertificateLoader.LoadPkcs12FromFile(path, password)
                : string.IsNullOrEmpty(password) ? X509Certificate2.CreateFromPemFile(path, keyPath)
                : X509Certificate2.CreateFromEncryptedPemFile(path, password, keyPath);
            return null;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return $"{certificate.Path}: Is no certificate with its private key, or its password is another, or it cannot be read ({exception.GetType().Name}). Check Path, KeyPath (for PEM files) and Password.";
        }

        string? File(string key) => string.IsNullOrEmpty(certificate[key]) ? null : Path.Combine(folder, certificate[key]!);
    }
}
