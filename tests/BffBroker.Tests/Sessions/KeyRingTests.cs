using System.Security.Cryptography;
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

        foreach (var (use, content) in new[] { ("session", ring.SealSession([1])), ("state", await ring.SealLoginStateAsync([1])), ("entry", ring.SealIndexEntry([1])) })
        {
            Assert.Equal(use == "session", await ring.OpenSessionAsync(content) is not null);
            Assert.Equal(use == "state", await ring.OpenLoginStateAsync(content) is not null);
            Assert.Equal(use == "entry", await ring.OpenIndexEntryAsync(content) is not null);
        }
    }

    [Fact]
    public async Task An_unknown_key_has_the_ring_read_again_at_most_every_ten_seconds()
    {
        var clock = new AdjustableClock();
        var node = new Node();
        var ring = new KeyRing(node, node, clock);

        for (var i = 0; i < 5; i++)
        {
            Assert.Null(await ring.OpenSessionAsync(SealedByAnother()));
            clock.Advance(TimeSpan.FromSeconds(1.9));
        }

        Assert.Equal(1, node.Reloads);

        clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Null(await ring.OpenSessionAsync(SealedByAnother()));
        Assert.Equal(2, node.Reloads);

        clock.Advance(TimeSpan.FromHours(-1)); // it was wrong
        Assert.Null(await ring.OpenSessionAsync(SealedByAnother()));
        Assert.Equal(3, node.Reloads);
    }

    [Fact]
    public async Task What_names_no_unknown_key_does_not_have_the_ring_read_again()
    {
        var node = new Node();
        var ring = new KeyRing(node, node, TimeProvider.System);
        var forged = ring.SealSession([7]);
        forged[^1] ^= 1;

        Assert.Null(await ring.OpenSessionAsync(forged));
        Assert.Null(await ring.OpenSessionAsync([]));
        Assert.Null(await ring.OpenSessionAsync([1, 2, 3]));
        Assert.Null(await ring.OpenSessionAsync(SealedByAnother()[..20]));
        Assert.Null(await ring.OpenLoginStateAsync(SealedByAnother(), mayReload: false));

        Assert.Equal(0, node.Reloads);
    }

    [Fact]
    public async Task States_that_anybody_can_send_do_not_use_up_the_reload_of_sessions()
    {
        var newer = new Node();
        var node = new Node();
        var ring = new KeyRing(node, node, TimeProvider.System);

        Assert.Null(await ring.OpenLoginStateAsync(SealedByAnother()));
        node.OnReload = () => node.Key = newer.Key;

        Assert.Equal([7], await ring.OpenSessionAsync(newer.Protect([7])));
    }

    [Fact]
    public async Task A_key_that_came_with_the_reload_opens_for_all_who_came_while_it_was_read()
    {
        var newer = new Node();
        var node = new Node();
        var ring = new KeyRing(node, node, TimeProvider.System);

        var opened = Enumerable.Range(0, 20).Select(_ => ring.OpenSessionAsync(newer.Protect([7])).AsTask()).ToArray();
        Assert.All(opened, task => Assert.False(task.IsCompleted));
        node.Key = newer.Key;

        Assert.All(await Task.WhenAll(opened), content => Assert.Equal([7], content));
        Assert.Equal(1, node.Reloads);
    }

    [Fact]
    public async Task A_ring_that_cannot_be_read_yet_is_an_outage_of_the_store()
    {
        var node = new Node { FirstRead = Task.FromException(new StoreUnavailableException("Redis is not connected.")) };
        var ring = new KeyRing(node, node, TimeProvider.System);

        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => ring.SealLoginStateAsync([1]));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ring.OpenSessionAsync(SealedByAnother()).AsTask());

        Assert.Equal("The key ring cannot be read. Redis is not connected.", exception.Message);
    }

    private static byte[] SealedByAnother() => new Node().Protect([7]);

    /// <summary>A node with one key, which is another from one moment to the next. What it seals has Data Protection's format, and is always [7].</summary>
    private sealed class Node : IDataProtectionProvider, IDataProtector, IDataProtectionKeys
    {
        public Guid Key { get; set; } = Guid.NewGuid();

        public Task FirstRead { get; init; } = Task.CompletedTask;

        public int Reloads { get; private set; }

        public Action OnReload { get; set; } = () => { };

        public Task EnsureReadAsync() => FirstRead;

        public bool Contains(Guid keyId) => keyId == Key;

        public void Reload()
        {
            Reloads++;
            OnReload();
        }

        public IDataProtector CreateProtector(string purpose) => this;

        public byte[] Protect(byte[] plaintext) => [0x09, 0xF0, 0xC9, 0xF0, .. Key.ToByteArray(), .. plaintext];

        public byte[] Unprotect(byte[] protectedData) => protectedData.SequenceEqual(Protect([7])) ? [7] : throw new CryptographicException("Not sealed here.");
    }
}
