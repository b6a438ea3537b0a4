using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace BffBroker.Sessions;

/// <summary>
/// Seals bytes under the Data Protection key ring that all nodes share. Purposes are constants: frameworks log them.
/// </summary>
internal sealed class KeyRing(IDataProtectionProvider provider, IDataProtectionKeys keys, TimeProvider clock)
{
    private readonly Use _sessions = new(provider.CreateProtector("BffBroker.Session.v1"), keys, clock);
    private readonly Use _loginStates = new(provider.CreateProtector("BffBroker.LoginState.v1"), keys, clock);
    private readonly Use _indexEntries = new(provider.CreateProtector("BffBroker.UserIndex.v1"), keys, clock);

    /// <summary>After a login or a record was opened: the ring has been read.</summary>
    public byte[] SealSession(byte[] content) => _sessions.Seal(content);

    /// <summary>Null for whatever was not sealed so by a key of this ring.</summary>
    public ValueTask<byte[]?> OpenSessionAsync(byte[] content) => _sessions.OpenAsync(content, mayReload: true);

    public async Task<byte[]> SealLoginStateAsync(byte[] content)
    {
        await _loginStates.EnsureReadAsync();
        return _loginStates.Seal(content);
    }

    /// <inheritdoc cref="OpenSessionAsync"/>
    public ValueTask<byte[]?> OpenLoginStateAsync(byte[] content, bool mayReload = true) => _loginStates.OpenAsync(content, mayReload);

    /// <inheritdoc cref="SealSession"/>
    public byte[] SealIndexEntry(byte[] content) => _indexEntries.Seal(content);

    /// <inheritdoc cref="OpenSessionAsync"/>
    public ValueTask<byte[]?> OpenIndexEntryAsync(byte[] content) => _indexEntries.OpenAsync(content, mayReload: true);

    /// <summary>What is sealed for one use does not open for another, nor does what anybody can send for one cost the other a reload.</summary>
    private sealed class Use(IDataProtector protector, IDataProtectionKeys keys, TimeProvider clock)
    {
        private static readonly byte[] Magic = [0x09, 0xF0, 0xC9, 0xF0];
        private static readonly int KeyIdEnd = Magic.Length + 16;

        private static readonly TimeSpan BetweenReloads = TimeSpan.FromSeconds(10);

        // Data Protection reads the ring in the background, and meanwhile answers from the old one. As long as Redis may take, by default: a machine
        // that is busy is no reason to turn a session away.
        private static readonly TimeSpan ReloadTime = TimeSpan.FromSeconds(1);
        private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(5);

        private readonly Lock _gate = new();
        private DateTimeOffset _reloadedAt = clock.GetUtcNow() - BetweenReloads;
        private Task _reloading = Task.CompletedTask;

        public async Task EnsureReadAsync()
        {
            try
            {
                await keys.EnsureReadAsync();
            }
            catch (Exception exception)
            {
                throw Unavailable(exception, exception);
            }
        }

        public byte[] Seal(byte[] content)
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
                throw Unavailable(exception, exception.InnerException);
            }
        }

        // A key that another node has made is unknown here until the ring is read again. Anybody can name an unknown key, so not each time; who comes
        // while it is being read waits for it as well.
        public async ValueTask<byte[]?> OpenAsync(byte[] content, bool mayReload)
        {
            if (KeyIdOf(content) is not { } keyId)
            {
                return null;
            }

            await EnsureReadAsync();
            if (!keys.Contains(keyId) && mayReload)
            {
                await ReloadAsync(keyId);
            }

            return keys.Contains(keyId) ? TryOpen(content) : null;
        }

        // Data Protection's format, written before the ciphertext: four bytes of its own, then the key's id.
        private static Guid? KeyIdOf(byte[] content) => content.Length > KeyIdEnd && content.AsSpan().StartsWith(Magic) ? new(content.AsSpan(Magic.Length..KeyIdEnd)) : null;

        private Task ReloadAsync(Guid keyId)
        {
            lock (_gate)
            {
                // A last time that lies ahead is of a clock that was wrong.
                var now = clock.GetUtcNow();
                if ((now - _reloadedAt).Duration() >= BetweenReloads)
                {
                    (_reloadedAt, _reloading) = (now, ReloadNowAsync(keyId));
                }

                return _reloading;
            }
        }

        private async Task ReloadNowAsync(Guid keyId)
        {
            keys.Reload();
            for (var look = FirstLook; look < ReloadTime && !keys.Contains(keyId); look *= 2)
            {
                await Task.Delay(look, clock);
            }
        }

        // Data Protection wraps whatever happens into a CryptographicException; a ring that could not be fetched says nothing about the content.
        private byte[]? TryOpen(byte[] content)
        {
            try
            {
                return protector.Unprotect(content);
            }
            catch (CryptographicException exception) when (exception.InnerException is StoreUnavailableException)
            {
                throw Unavailable(exception, exception.InnerException);
            }
            catch (CryptographicException)
            {
                return null;
            }
        }

        private static StoreUnavailableException Unavailable(Exception exception, Exception? reason) =>
            new($"The key ring cannot be read. {(reason as StoreUnavailableException)?.Message}", exception);
    }
}
