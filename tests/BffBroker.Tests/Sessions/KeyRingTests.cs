using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.DataProtection;

namespace BffBroker.Tests.Sessions;

public sealed class KeyRingTests
{
    [Fact]
    public void What_was_sealed_for_one_use_opens_for_no_other()
    {
        var ring = KeyRings.New();

        foreach (var (use, content) in new[] { ("session", ring.SealSession([1])), ("state", ring.SealLoginState([1])), ("entry", ring.SealIndexEntry([1])) })
        {
            Assert.Equal(use == "session", ring.OpenSession(content) is not null);
            Assert.Equal(use == "state", ring.OpenLoginState(content) is not null);
            Assert.Equal(use == "entry", ring.OpenIndexEntry(content) is not null);
        }
    }

    [Fact]
    public void What_does_not_open_has_the_ring_read_again_at_most_every_ten_seconds()
    {
        var clock = new AdjustableClock();
        var reloads = 0;
        var ring = new KeyRing(new EphemeralDataProtectionProvider(), () => reloads++, clock);

        for (var i = 0; i < 5; i++)
        {
            Assert.Null(ring.OpenSession([1, 2, 3]));
            Assert.Null(ring.OpenLoginState([]));
        }

        Assert.Equal(1, reloads);

        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(ring.OpenSession([1, 2, 3]));
        Assert.Equal(2, reloads);
    }

    [Fact]
    public void A_key_that_came_with_the_reload_opens_at_once()
    {
        var newer = new EphemeralDataProtectionProvider();
        var sealedByAnotherNode = new KeyRing(newer, () => { }, TimeProvider.System).SealSession([7]);
        var provider = new SwitchingProvider(new EphemeralDataProtectionProvider());
        var ring = new KeyRing(provider, () => provider.Current = newer, TimeProvider.System);

        Assert.Equal([7], ring.OpenSession(sealedByAnotherNode));
    }

    [Fact]
    public void A_session_and_a_state_do_not_open_in_each_other_s_place()
    {
        var ring = KeyRings.New();

        Assert.Null(ring.OpenLoginState(ring.SealSession([7])));
        Assert.Null(ring.OpenSession(ring.SealLoginState([7])));
    }

    private sealed class SwitchingProvider(IDataProtectionProvider first) : IDataProtectionProvider, IDataProtector
    {
        private string _purpose = "";

        public IDataProtectionProvider Current { get; set; } = first;

        public IDataProtector CreateProtector(string purpose)
        {
            _purpose = purpose == "BffBroker.Session.v1" ? purpose : _purpose;
            return this;
        }

        public byte[] Protect(byte[] plaintext) => Current.CreateProtector(_purpose).Protect(plaintext);

        public byte[] Unprotect(byte[] protectedData) => Current.CreateProtector(_purpose).Unprotect(protectedData);
    }
}
