using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Sessions;

/// <summary>A format that was ever written does not change: whatever else a record is to hold makes a new one.</summary>
public sealed class RecordFormatTests
{
    private const string Format1 =
        """{"UserId":"amzn1.account.X","Name":"Zo\u00EB","Email":"zoe@example.com","Scopes":"profile","CreatedAt":1767225600123,"ExpiresAt":1767830400123,"AccessToken":"Atza|a","RefreshToken":"Atzr|r","TokenObtainedAt":1767225600124,"TokenExpiresAt":1767229200124,"ForcedRefreshAt":1767225600125,"Declined":"postal_code","UserAgent":"Firefox","Bind":"b"}""";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_123);

    [Fact]
    public async Task A_record_of_format_1_opens_to_all_that_was_written()
    {
        var (keyRing, key) = (KeyRings.New(), CookieSecret.Create());

        var session = (await new SessionSeal(keyRing).OpenAsync(new(1, 7, Now, keyRing.SealSession(Box(key, format: 1))), key))!;

        Assert.Equal(Format1, JsonSerializer.Serialize(SessionRecord.From(session), SessionRecordJson.Default.SessionRecord));
    }

    // One that is null is not written: the fact above would not see it.
    [Fact]
    public void Format_1_has_these_members_and_no_other()
    {
        using var record = JsonDocument.Parse(Format1);

        Assert.Equal(record.RootElement.EnumerateObject().Select(member => member.Name), typeof(SessionRecord).GetProperties().Where(property => property.CanWrite).Select(property => property.Name));
    }

    [Fact]
    public async Task A_record_that_says_another_format_than_it_was_sealed_in_does_not_open()
    {
        var (keyRing, key) = (KeyRings.New(), CookieSecret.Create());

        Assert.Null(await new SessionSeal(keyRing).OpenAsync(new(1, 7, Now, keyRing.SealSession(Box(key, format: 2))), key));
    }

    [Fact]
    public void What_is_written_is_a_format_that_is_read() => Assert.True(RecordFormats.IsKnown(StoredSession.CurrentFormat));

    [Fact]
    public void What_a_node_remembers_does_not_cover_a_record_of_a_newer_version_but_an_end_does()
    {
        var newer = new StoredSession(StoredSession.CurrentFormat + 1, 2, Now, [2]);

        Assert.Same(newer, new RememberedSession(3, [1], Now).ApplyTo(newer, Now));
        Assert.Null(new RememberedSession(RememberedSession.AnyGeneration, null, Now).ApplyTo(newer, Now));
    }

    private static byte[] Box(CookieSecret key, byte format)
    {
        using var cipher = new AesGcm(HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Bytes.ToArray(), 32, info: "BffBroker session record v1"u8.ToArray()), 16);
        var (nonce, content, tag) = (new byte[12], Encoding.UTF8.GetBytes(Format1), new byte[16]);
        var sealedContent = new byte[content.Length];
        byte[] bound = [0, 0, 0, format, 0, 0, 0, 0, 0, 0, 0, 7, .. Encoding.ASCII.GetBytes(SessionHandle.Of(key).Value)];
        cipher.Encrypt(nonce, content, sealedContent, tag, bound);
        return [.. nonce, .. sealedContent, .. tag];
    }
}
