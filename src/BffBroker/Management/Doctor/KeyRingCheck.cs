using System.Security.Cryptography;
using BffBroker.Redis;
using BffBroker.Sessions;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using StackExchange.Redis;

namespace BffBroker.Management.Doctor;

/// <summary>Whether the certificate opens the key ring in Redis. It reads, and makes none: Data Protection is not asked to seal.</summary>
internal static class KeyRingCheck
{
    public static async Task<List<Finding>> RunAsync(IServiceProvider services)
    {
        var redis = services.GetRequiredService<RedisConnection>();
        var name = redis.Options.Key("keys");
        string[] texts;
        try
        {
            texts = await redis.RunAsync("check", async database => (await database.ListRangeAsync(name)).Select(text => (string?)text ?? "").ToArray());
        }
        catch (StoreUnavailableException exception) when (RedisError.IsWrongType(exception))
        {
            return [Finding.Problem($"Key ring: what stands in {name} is no key ring.", "If no other program owns it, delete it while no broker runs; see docs/keys.md.")];
        }
        catch (StoreUnavailableException exception) when (RedisError.IsRefused(exception))
        {
            return []; // told among the rights
        }

        return Judge(name, texts, services);
    }

    private static List<Finding> Judge(string name, string[] texts, IServiceProvider services)
    {
        var signature = services.GetRequiredService<KeyRingSignature>();
        var ignored = texts.Select(signature.Verify).OfType<KeyRingElement.Ignored>().CountBy(element => element.Reason).Select(reason => $"{reason.Value} {reason.Key}").ToList();
        if (texts.Length == 0)
        {
            return [Finding.Ok($"Key ring: {name} is not there yet. The first broker makes it, encrypted to the certificate.")];
        }

        // A broker would make a second ring beside it, and open nobody's session.
        if (ignored.Count > 0 && !texts.Select(signature.Verify).OfType<KeyRingElement.Genuine>().Any())
        {
            return [Finding.Problem(
                $"Key ring: nothing in {name} was written with the certificate of this configuration ({string.Join(", ", ignored)}).",
                "Give this node the certificate that the others have as KeyRing:CertificateFile, or theirs among KeyRing:PreviousCertificateFiles; see docs/keys.md.")];
        }

        List<Finding> findings = [KeysOf(services.GetRequiredService<IKeyManager>(), name)];
        if (ignored.Count > 0)
        {
            findings.Add(Finding.Warning(
                $"Key ring: there are values in {name} that brokers ignore ({string.Join(", ", ignored)}).",
                "Somebody else writes to this Redis, or a previous certificate was taken away too early; see docs/keys.md."));
        }

        return findings;
    }

    private static Finding KeysOf(IKeyManager keys, string name)
    {
        var all = keys.GetAllKeys();
        var closed = all.Count(key => !Opens(key));
        return closed == 0
            ? Finding.Ok($"Key ring: the certificate opens every key in {name} ({all.Count}).")
            : Finding.Problem(
                $"Key ring: {closed} of {all.Count} keys in {name} do not open.",
                "Name the certificate that they were encrypted to among KeyRing:PreviousCertificateFiles; see docs/keys.md.");
    }

    private static bool Opens(IKey key)
    {
        try
        {
            return key.CreateEncryptor() is not null;
        }
        catch (Exception exception) when (exception is CryptographicException or InvalidOperationException or FormatException or ArgumentException)
        {
            return false;
        }
    }
}
