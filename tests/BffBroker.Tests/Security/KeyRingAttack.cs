using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml.Linq;
using BffBroker.OAuth;
using BffBroker.Redis;
using BffBroker.Sessions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>What somebody does who may write to Redis.</summary>
internal static class KeyRingAttack
{
    /// <param name="alone">In the place of the whole ring.</param>
    public static async Task PlantAsync(this KeyRingWorld world, AttackerKey attacker, PlantedValue how, bool alone)
    {
        var genuine = XElement.Parse(Assert.Single(await world.RingAsync()));
        if (alone)
        {
            await world.Redis.KeyDeleteAsync(world.RingKey);
        }

        using var folder = new TemporaryFolder();
        var ownSignature = new KeyRingSignature(KeyRingCertificates.Load(new() { CertificateFile = CertificateFile.Create(folder.Path).Path })).Sign(attacker.InClear);
        await world.Redis.ListRightPushAsync(world.RingKey, (how switch
        {
            PlantedValue.InClear => attacker.InClear,
            PlantedValue.EncryptedToTheCertificate => attacker.Encrypted,
            PlantedValue.SignedWithAnotherKey => ownSignature,
            PlantedValue.SignedWithAnotherKeyUnderOurName => With(ownSignature, genuine.Attribute("certificate")!.Value),
            PlantedValue.UnderACopiedSignature => new XElement("signed", genuine.Attributes(), ContentOf(attacker.InClear)),
            PlantedValue.SignedWithOurKeyForAnotherUse => With(ownSignature, genuine.Attribute("certificate")!.Value, SignatureOver(attacker.InClear, world.Certificate)),
            _ => new XElement("signed", genuine.Attribute("certificate"), ContentOf(attacker.InClear)),
        }).ToString(SaveOptions.DisableFormatting));
    }

    private static string ContentOf(XElement element) => Convert.ToBase64String(BytesOf(element));

    private static byte[] BytesOf(XElement element) => Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));

    private static string SignatureOver(XElement element, CertificateFile certificate)
    {
        using var key = certificate.Certificate.GetRSAPrivateKey()!;
        return Convert.ToBase64String(key.SignData(BytesOf(element), HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
    }

    private static XElement With(XElement signed, string certificate, string? signature = null)
    {
        signed.SetAttributeValue("certificate", certificate);
        signed.SetAttributeValue("signature", signature ?? (string?)signed.Attribute("signature"));
        return signed;
    }

    /// <summary>Neither a session nor a <c>state</c> that his key sealed is taken, and nothing of the node's is sealed with it.</summary>
    public static async Task AssertForgeryFailsAsync(this KeyRingWorld world, AttackerKey attacker, BrokerServer node)
    {
        var codeExchanges = world.World.Amazon.CodeExchanges;
        var cookie = await ForgeSessionAsync(world, attacker);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await world.GetAsync(node, "/session", cookie)).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await world.GetAsync(node, "/me", cookie)).StatusCode);

        using var browser = new Browser().Route(BrokerServer.Authority, node.Url);
        var loginKey = CookieSecret.Create();
        browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff-login", loginKey.Encode());
        var state = LoginState.Begin(ReturnUrl.Root, Scopes.Parse("profile"), loginKey, world.World.Clock.GetUtcNow());
        var forged = Base64Url.EncodeToString(await attacker.Ring.SealLoginStateAsync(state.ToBytes()));
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.OpenAsync(World.At($"/callback?code=012345678901234567890&state={forged}"))).StatusCode);
        Assert.Equal(codeExchanges, world.World.Amazon.CodeExchanges);

        var redirect = (await browser.OpenAsync(World.At("/login"))).Headers.Location!;
        var genuine = redirect.State();
        Assert.Null(await attacker.Ring.OpenLoginStateAsync(Base64Url.DecodeFromChars(genuine)));
    }

    /// <summary>Data Protection's own beginning, the id of a key that no ring has, and nothing sealed: anybody can make it up.</summary>
    public static string StateOfUnknownKey() => Base64Url.EncodeToString([0x09, 0xF0, 0xC9, 0xF0, .. RandomNumberGenerator.GetBytes(120)]);

    /// <summary>A record that is right in everything but the key ring's key, and the cookie to it.</summary>
    private static async Task<string> ForgeSessionAsync(KeyRingWorld world, AttackerKey attacker)
    {
        var (key, now) = (CookieSecret.Create(), world.World.Clock.GetUtcNow());
        var session = new Session(
            new("amzn1.account.VICTIM", "Victim", null), Scopes.Parse("profile"), now, now.AddDays(1), new(new("Atza|forged-forged-forged"), null, now, now.AddHours(1)));
        await world.Redis.HashSetAsync(
            world.RecordOf(key),
            [new("format", 1), new("generation", 1), new("seen", now.ToUnixTimeMilliseconds()), new("sealed", new SessionSeal(attacker.Ring).Seal(session, key, 1))]);
        return key.Encode();
    }
}
