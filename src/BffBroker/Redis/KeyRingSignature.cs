using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace BffBroker.Redis;

/// <summary>
/// Proof that an element of the key ring was written by a holder of the certificate's key: RSA-PSS over its exact bytes, carried in base64, so
/// that nothing hangs on how XML is normalized. Data Protection asks for no proof: it takes elements in clear, and what anybody encrypted to
/// the certificate's public half. The present certificate signs, the previous ones verify too.
/// </summary>
internal sealed class KeyRingSignature(KeyRingCertificates certificates)
{
    private const string Name = "signed";
    private const string Certificate = "certificate";
    private const string Signature = "signature";

    // What the key signs elsewhere, if it ever does, is nothing here.
    private static readonly byte[] Context = "BffBroker key ring element v1\0"u8.ToArray();

    private static readonly XmlReaderSettings OfStrangers = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    /// <summary>Without a certificate, in Development only, the element as it is.</summary>
    public XElement Sign(XElement element)
    {
        if (certificates.Current is not { } certificate)
        {
            return element;
        }

        var content = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        using var key = certificate.GetRSAPrivateKey()!;
        var signature = key.SignData(InContext(content), HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        return new(
            Name,
            new XAttribute(Certificate, NameOf(certificate)),
            new XAttribute(Signature, Convert.ToBase64String(signature)),
            Convert.ToBase64String(content));
    }

    /// <summary>Never throws, whatever the text.</summary>
    public KeyRingElement Verify(string text)
    {
        try
        {
            // Read as a stream: no depth of nesting costs anything.
            using var reader = XmlReader.Create(new StringReader(text), OfStrangers);
            reader.MoveToContent();
            return reader.Name == Name ? VerifySigned(reader)
                : certificates.Current is null ? new KeyRingElement.Genuine(XElement.Load(reader).ToString(SaveOptions.DisableFormatting))
                : new KeyRingElement.Ignored("not signed");
        }
        catch (Exception exception) when (exception is XmlException or FormatException)
        {
            return new KeyRingElement.Ignored("malformed");
        }
    }

    private KeyRingElement VerifySigned(XmlReader reader)
    {
        var name = reader.GetAttribute(Certificate);
        var signature = Convert.FromBase64String(reader.GetAttribute(Signature) ?? "");
        var content = Convert.FromBase64String(reader.ReadElementContentAsString());
        if (certificates.All.FirstOrDefault(certificate => NameOf(certificate) == name) is not { } signer)
        {
            return new KeyRingElement.Ignored("signed with a certificate that is not configured here");
        }

        using var key = signer.GetRSAPublicKey()!;
        return key.VerifyData(InContext(content), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
            ? new KeyRingElement.Genuine(Encoding.UTF8.GetString(content))
            : new KeyRingElement.Ignored("its signature is wrong");
    }

    private static byte[] InContext(byte[] content) => [.. Context, .. content];

    private static string NameOf(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);
}
