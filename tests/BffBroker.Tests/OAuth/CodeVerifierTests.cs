using BffBroker.OAuth;

namespace BffBroker.Tests.OAuth;

public sealed class CodeVerifierTests
{
    [Fact]
    public void The_challenge_is_that_of_RFC_7636_appendix_B() =>
        Assert.Equal("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", new CodeVerifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").Challenge());

    [Fact]
    public void A_verifier_follows_from_login_cookie_and_nonce_and_from_nothing_less()
    {
        var cookie = CookieSecret.Create();
        byte[] nonce = [1, 2, 3];

        var verifier = CodeVerifier.Derive(cookie, nonce).Value;

        Assert.Matches("^[A-Za-z0-9_-]{43}$", verifier); // RFC 7636 4.1
        Assert.Equal(verifier, CodeVerifier.Derive(CookieSecret.Parse(cookie.Encode())!, nonce).Value);
        Assert.NotEqual(verifier, CodeVerifier.Derive(cookie, [1, 2, 4]).Value);
        Assert.NotEqual(verifier, CodeVerifier.Derive(CookieSecret.Create(), nonce).Value);
    }
}
