using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace BffBroker.Sessions;

/// <summary>
/// Seals bytes under the Data Protection key ring that all nodes share. Purposes are constants: frameworks log them.
/// </summary>
internal sealed class KeyRing(IDataProtectionProvider provider)
{
    private readonly IDataProtector _sessions = provider.CreateProtector("BffBroker.Session.v1");
    private readonly IDataProtector _loginStates = provider.CreateProtector("BffBroker.LoginState.v1");

    public byte[] SealSession(byte[] content) => Seal(_sessions, content);

    /// <summary>Null for whatever was not sealed so by a key of this ring.</summary>
    public byte[]? OpenSession(byte[] content) => Open(_sessions, content);

    public byte[] SealLoginState(byte[] content) => Seal(_loginStates, content);

    /// <inheritdoc cref="OpenSession"/>
    public byte[]? OpenLoginState(byte[] content) => Open(_loginStates, content);

    private static byte[] Seal(IDataProtector protector, byte[] content)
    {
        try
        {
            return protector.Protect(content);
        }
        catch (CryptographicException exception)
        {
            // Sealing fails only when the ring cannot be had: it has no other input.
            throw new StoreUnavailableException("The key ring cannot be read.", exception);
        }
    }

    // Data Protection wraps whatever happens into a CryptographicException; a ring that could not be fetched says nothing about the content.
    private static byte[]? Open(IDataProtector protector, byte[] content)
    {
        try
        {
            return protector.Unprotect(content);
        }
        catch (CryptographicException exception) when (exception.InnerException is StoreUnavailableException)
        {
            throw new StoreUnavailableException("The key ring cannot be read.", exception);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
