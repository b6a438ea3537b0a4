using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace BffBroker.Management;

/// <summary><c>new-certificate FILE</c>: the certificate of a key ring and its private key in one PEM file that only its owner reads.</summary>
internal static class NewCertificate
{
    private const int KeySize = 3072;
    private const int Years = 10; // nobody but the brokers goes by it, and they do not look at its end

    /// <summary>The exit code. A file that is there is left alone: every start of a system may run this.</summary>
    public static async Task<int> RunAsync(string file)
    {
        if (File.Exists(file))
        {
            await Console.Out.WriteLineAsync($"{file} is there, and was left as it is.");
            return 0;
        }

        var unfinished = $"{file}.{Guid.NewGuid():N}";
        try
        {
            Write(unfinished, Pem());
            if (!TryName(unfinished, file))
            {
                await Console.Out.WriteLineAsync($"{file} was made by somebody else meanwhile, and was left as it is.");
                return 0;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{file} could not be written: {exception.Message}");
            return 1;
        }
        finally
        {
            Clear(unfinished);
        }

        await Console.Out.WriteLineAsync($"{file} has a new certificate and its private key (RSA, {KeySize} bits). Give it to all nodes as KeyRing__CertificateFile, and to nobody else.");
        return 0;
    }

    private static string Pem()
    {
        using var key = RSA.Create(KeySize);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=bffbroker-keyring", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now, now.AddYears(Years));
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    private static void Write(string file, string content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(file, options);
        stream.Write(Encoding.ASCII.GetBytes(content));
        stream.Flush(flushToDisk: true);
    }

    private static void Clear(string unfinished)
    {
        if (File.Exists(unfinished))
        {
            File.Delete(unfinished);
        }
    }

    // Whole or not at all, and never over another: two nodes may be at it.
    private static bool TryName(string unfinished, string file)
    {
        try
        {
            File.Move(unfinished, file, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(file))
        {
            return false;
        }
    }
}
