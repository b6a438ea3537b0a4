using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace BffBroker.Sessions;

/// <summary>
/// Seals bytes under the Data Protection key ring that all nodes share. Purposes are constants: frameworks log them.
/// </summary>
internal sealed class KeyRing(IDataProtectionProvider provider, ReloadKeyRing reload, TimeProvider clock)
{
    private readonly Use _sessions = new(provider.CreateProtector("BffBroker.Session.v1"), reload, clock);
    private readonly Use _loginStates = new(provider.CreateProtector("BffBroker.LoginState.v1"), reload, clock);
    private readonly Use _indexEntries = new(provider.CreateProtector("BffBroker.UserIndex.v1"), reload, clock);

    public byte[] SealSession(byte[] content) => _sessions.Seal(content);

    /// <summary>Null for whatever was not sealed so by a key of this ring.</summary>
    public ValueTask<byte[]?> OpenSessionAsync(byte[] content) => _sessions.OpenAsync(content);

    public byte[] SealLoginState(byte[] content) => _loginStates.Seal(content);

    /// <inheritdoc cref="OpenSessionAsync"/>
    public ValueTask<byte[]?> OpenLoginStateAsync(byte[] content) => _loginStates.OpenAsync(content);

    public byte[] SealIndexEntry(byte[] content) => _indexEntries.Seal(content);

    /// <inheritdoc cref="OpenSessionAsync"/>
    public ValueTask<byte[]?> OpenIndexEntryAsync(byte[] content) => _indexEntries.OpenAsync(content);

    /// <summary>What is sealed for one use does not open for another, nor does what anybody can send for one cost the other a reload.</summary>
    private sealed class Use(IDataProtector protector, ReloadKeyRing reload, TimeProvider clock)
    {
        private static readonly TimeSpan BetweenReloads = TimeSpan.FromSeconds(10);

        // Data Protection reads the ring in the background, and meanwhile answers from the old one. As long as Redis may take, by default: a machine
        // that is busy is no reason to turn a session away.
        private static readonly TimeSpan ReloadTime = TimeSpan.FromSeconds(1);
        private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(5);

        private readonly Lock _gate = new();
        private DateTimeOffset _reloadedAt = clock.GetUtcNow() - BetweenReloads;
        private Task _reloading = Task.CompletedTask;

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
                throw Unavailable(exception);
            }
        }

        // A key that another node has made is unknown here until the ring is read again. Anybody can send what does not open, so not each time; who comes
        // while it is being read waits for it as well.
        public async ValueTask<byte[]?> OpenAsync(byte[] content)
        {
            if (TryOpen(content) is { } opened)
            {
                return opened;
            }

            await ReloadAsync(content);
            return TryOpen(content);
        }

        private Task ReloadAsync(byte[] content)
        {
            lock (_gate)
            {
                // A last time that lies ahead is of a clock that was wrong.
                var now = clock.GetUtcNow();
                if ((now - _reloadedAt).Duration() >= BetweenReloads)
                {
                    (_reloadedAt, _reloading) = (now, ReloadNowAsync(content));
                }

                return _reloading;
            }
        }

        // One looks for all who wait: in its first minutes Data Protection makes each look at an unknown key block a thread.
        private async Task ReloadNowAsync(byte[] content)
        {
            reload();
            try
            {
                for (var look = FirstLook; look < ReloadTime; look *= 2)
                {
                    await Task.Delay(look, clock);
                    if (TryOpen(content) is not null)
                    {
                        return;
                    }
                }
            }
            catch (StoreUnavailableException)
            {
                // Whoever waits finds out.
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
}
