using BffBroker.OAuth;
using FsCheck;
using FsCheck.Fluent;

namespace BffBroker.Tests.OAuth;

public sealed class CookieSecretTests
{
    [Fact]
    public void A_secret_survives_the_cookie() => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<int>(), _ =>
    {
        var secret = CookieSecret.Create();
        return secret.Encode().Length == 43 && CookieSecret.Parse(secret.Encode())!.Bytes.SequenceEqual(secret.Bytes);
    }));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB")] // bits beyond the 256
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA A")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+")]
    public void No_other_text_is_a_secret(string? text) => Assert.Null(CookieSecret.Parse(text));

    [Fact]
    public void No_odd_cookie_throws() => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<string?>(), text =>
        CookieSecret.Parse(text) is null || CookieSecret.Parse(text)!.Encode() == text));
}
