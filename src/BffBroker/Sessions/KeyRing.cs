using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace BffBroker.Sessions;

/// <summary>
/// Seals bytes under the Data Protection key ring that all nodes share. Purposes are constants: frameworks log them.
/// </summary>
internal sealed class KeyRing(IDataProtectionProvider provider, ReloadKeyRing reload, TimeProvider clock)
{
    private static readonly TimeSpan BetweenReloads = TimeSpan.FromSeconds(10);

    // Data Protection reads the ring in the background, and meanwhile answers from the old one. As long as Redis may take, by default: a machine
    // that is busy is no reason to turn a session away.
    private static readonly TimeSpan ReloadTime = TimeSpan.FromSeconds(1);

    private readonly IDataProtector _sessions = provider.CreateProtector("BffBroker.Session.v1");
    private readonly IDataProtector _loginStates = provider.CreateProtector("BffBroker.LoginState.v1");
    private readonly IDataProtector _indexEntries = provider.CreateProtector("BffBroker.UserIndex.v1");
    private long _reloadedAt = (clock.GetUtcNow() - BetweenReloads).Ticks;

    public byte[] SealSession(byte[] content) => Seal(_sessions, content);

    /// <summary>Null for whatever was not sealed so by a key of this ring.</summary>
    public byte[]? OpenSession(byte[] content) => Open(_sessions, content);

    public byte[] SealLoginState(byte[] content) => Seal(_loginStates, content);

    /// <inheritdoc cref="OpenSession"/>
    public byte[]? OpenLoginState(byte[] content) => Open(_loginStates, content);

    public byte[] SealIndexEntry(byte[] content) => Seal(_indexEntries, content);

    /// <inheritdoc cref="OpenSession"/>
    public byte[]? OpenIndexEntry(byte[] content) => Open(_indexEntries, content);

    private static byte[] Seal(IDataProtector protector, byte[] content)
    {
        try
        {
            return protector.Protect(content);
        }
        catch (CryptographicException)
        {
            // Once after the ring could not be read anew; from then on Data Protection goes on with the one it has.
        }

        try
        {
            return protector.Protect(content);
        }
        catch (CryptographicException exception)
        {
            // Sealing fails only when the ring cannot be had: it has no other input.
            throw Unavailable(exception);
        }
    }

    // A key that another node has made is unknown here until the ring is read again. Anybody can send what does not open, so not each time.
    private byte[]? Open(IDataProtector protector, byte[] content)
    {
        if (TryOpen(protector, content) is { } opened)
        {
            return opened;
        }

        var now = clock.GetUtcNow().Ticks;
        var before = Interlocked.Read(ref _reloadedAt);
        if (now - before < BetweenReloads.Ticks || Interlocked.CompareExchange(ref _reloadedAt, now, before) != before)
        {
            return null;
        }

        reload();
        byte[]? found = null;
        SpinWait.SpinUntil(() => (found = TryOpen(protector, content)) is not null, ReloadTime);
        return found;
    }

    // Data Protection wraps whatever happens into a CryptographicException; a ring that could not be fetched says nothing about the content.
    private static byte[]? TryOpen(IDataProtector protector, byte[] content)
    {
        try
        {
            return protector.Unprotect(content);
        }
        catch (CryptographicException exception) when (exception.InnerException is StoreUnavailableException)
        {
            throw Unavailable(exception);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static StoreUnavailableException Unavailable(Exception exception) =>
        new($"The key ring cannot be read. {(exception.InnerException as StoreUnavailableException)?.Message}", exception);
}
