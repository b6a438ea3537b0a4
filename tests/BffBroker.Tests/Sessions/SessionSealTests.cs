using System.Security.Cryptography;
using System.Text;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Sessions;

public sealed class SessionSealTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_123);

    private readonly CookieSecret _key = CookieSecret.Create();
    private readonly SessionSeal _seal = new(KeyRings.New());

    private static Session Session => new(
        new("amzn1.account.X", "Zoë", null),
        Scopes.Parse("profile postal_code"),
        Now,
        Now.AddDays(7),
        new(new("Atza|access"), new RefreshToken("Atzr|refresh"), Now, Now.AddHours(1)),
        Now.AddMinutes(3));

    [Fact]
    public async Task A_record_opens_as_it_was_sealed()
    {
        var opened = (await _seal.OpenAsync(new(1, 7, Now, _seal.Seal(Session, _key, 7)), _key))!;

        Assert.Equal(Session with { Granted = opened.Granted }, opened);
        Assert.Equal("profile postal_code", opened.Granted.ToString());
    }

    [Fact]
    public async Task A_record_opens_with_its_own_cookie_only() =>
        Assert.Null(await _seal.OpenAsync(new(1, 7, Now, _seal.Seal(Session, _key, 7)), CookieSecret.Create()));

    [Fact]
    public async Task A_record_opens_at_its_own_generation_only() =>
        Assert.Null(await _seal.OpenAsync(new(1, 8, Now, _seal.Seal(Session, _key, 7)), _key));

    [Fact]
    public async Task A_record_opens_in_its_own_format_only() =>
        Assert.Null(await _seal.OpenAsync(new(2, 7, Now, _seal.Seal(Session, _key, 7)), _key));

    [Fact]
    public async Task A_record_opens_with_its_own_key_ring_only() =>
        Assert.Null(await new SessionSeal(KeyRings.New()).OpenAsync(new(1, 7, Now, _seal.Seal(Session, _key, 7)), _key));

    [Fact]
    public async Task With_the_key_ring_but_without_the_cookie_there_is_nothing_to_read()
    {
        var keyRing = KeyRings.New();
        var inner = (await keyRing.OpenSessionAsync(new SessionSeal(keyRing).Seal(Session, _key, 7)))!;

        Assert.DoesNotContain("Atza", Encoding.Latin1.GetString(inner), StringComparison.Ordinal);
        Assert.DoesNotContain("amzn1", Encoding.Latin1.GetString(inner), StringComparison.Ordinal);
    }

    /// <summary>The format, written down a second time: nonce, content and tag under a key that follows from the cookie alone.</summary>
    [Fact]
    public async Task The_inner_key_follows_from_the_cookie_and_binds_format_handle_and_generation()
    {
        var keyRing = KeyRings.New();
        var box = (await keyRing.OpenSessionAsync(new SessionSeal(keyRing).Seal(Session, _key, 7)))!;
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, _key.Bytes.ToArray(), 32, info: "BffBroker session record v1"u8.ToArray());
        byte[] bound = [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7, .. Encoding.ASCII.GetBytes(SessionHandle.Of(_key).Value)];
        var content = new byte[box.Length - 12 - 16];

        using var cipher = new AesGcm(key, 16);
        cipher.Decrypt(box.AsSpan(0, 12), box.AsSpan(12, content.Length), box.AsSpan(12 + content.Length), content, bound);

        Assert.Contains("Atza|access", Encoding.UTF8.GetString(content), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_seals_of_one_session_differ() => Assert.NotEqual(_seal.Seal(Session, _key, 7), _seal.Seal(Session, _key, 7));
}
