using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.DataProtection;

namespace BffBroker.Tests.Sessions;

public sealed class KeyRingTests
{
    [Fact]
    public async Task What_was_sealed_for_one_use_opens_for_no_other()
    {
        var ring = KeyRings.New();

        foreach (var (use, content) in new[] { ("session", ring.SealSession([1])), ("state", ring.SealLoginState([1])), ("entry", ring.SealIndexEntry([1])) })
        {
            Assert.Equal(use == "session", await ring.OpenSessionAsync(content) is not null);
            Assert.Equal(use == "state", await ring.OpenLoginStateAsync(content) is not null);
            Assert.Equal(use == "entry", await ring.OpenIndexEntryAsync(content) is not null);
        }
    }

    [Fact]
    public async Task What_does_not_open_has_the_ring_read_again_at_most_every_ten_seconds()
    {
        var clock = new AdjustableClock();
        var reloads = 0;
        var ring = new KeyRing(new EphemeralDataProtectionProvider(), () => reloads++, clock);

        for (var i = 0; i < 5; i++)
        {
            Assert.Null(await ring.OpenSessionAsync([1, 2, 3]));
            clock.Advance(TimeSpan.FromSeconds(1.9));
        }

        Assert.Equal(1, reloads);

        clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Null(await ring.OpenSessionAsync([1, 2, 3]));
        Assert.Equal(2, reloads);

        clock.Advance(TimeSpan.FromHours(-1)); // it was wrong
        Assert.Null(await ring.OpenSessionAsync([1, 2, 3]));
        Assert.Equal(3, reloads);
    }

    [Fact]
    public async Task States_that_anybody_can_send_do_not_use_up_the_reload_of_sessions()
    {
        var newer = new EphemeralDataProtectionProvider();
        var sealedByAnotherNode = new KeyRing(newer, () => { }, TimeProvider.System).SealSession([7]);
        var provider = new SwitchingProvider();
        var reloads = 0;
        var ring = new KeyRing(provider, () => provider.Current = ++reloads < 2 ? provider.Current : newer, TimeProvider.System);

        Assert.Null(await ring.OpenLoginStateAsync([1, 2, 3]));

        Assert.Equal([7], await ring.OpenSessionAsync(sealedByAnotherNode));
    }

    [Fact]
    public async Task A_key_that_came_with_the_reload_opens_for_all_who_came_while_it_was_read()
    {
        var newer = new EphemeralDataProtectionProvider();
        var sealedByAnotherNode = new KeyRing(newer, () => { }, TimeProvider.System).SealSession([7]);
        var provider = new SwitchingProvider();
        var reloads = 0;
        var ring = new KeyRing(provider, () => reloads++, TimeProvider.System);

        var opened = Enumerable.Range(0, 20).Select(_ => ring.OpenSessionAsync(sealedByAnotherNode).AsTask()).ToArray();
        Assert.All(opened, task => Assert.False(task.IsCompleted));
        provider.Current = newer;

        Assert.All(await Task.WhenAll(opened), content => Assert.Equal([7], content));
        Assert.Equal(1, reloads);
    }

    /// <summary>A ring that is another from one moment to the next.</summary>
    private sealed class SwitchingProvider : IDataProtectionProvider
    {
        public IDataProtectionProvider Current { get; set; } = new EphemeralDataProtectionProvider();

        public IDataProtector CreateProtector(string purpose) => new Protector(this, purpose);

        private sealed class Protector(SwitchingProvider provider, string purpose) : IDataProtector
        {
            public IDataProtector CreateProtector(string purpose) => throw new NotSupportedException();

            public byte[] Protect(byte[] plaintext) => provider.Current.CreateProtector(purpose).Protect(plaintext);

            public byte[] Unprotect(byte[] protectedData) => provider.Current.CreateProtector(purpose).Unprotect(protectedData);
        }
    }
}
