using BffBroker.OAuth;
using FsCheck;
using FsCheck.Fluent;

namespace BffBroker.Tests.OAuth;

public sealed class ReturnUrlTests
{
    private static readonly string[] Origins = ["https://app.example.com", "https://other.example.com:8443"];

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/orders?page=2#top", "/orders?page=2#top")]
    [InlineData("/a//b", "/a//b")]
    [InlineData("/?q=a\\b", "/?q=a\\b")]
    [InlineData("/caf\u00e9", "/caf%C3%A9")]
    [InlineData("/\U0001F389?\u00fc", "/%F0%9F%8E%89?%C3%BC")]
    [InlineData("https://app.example.com", "https://app.example.com")]
    [InlineData("https://app.example.com/x", "https://app.example.com/x")]
    [InlineData("HTTPS://APP.example.com?x", "HTTPS://APP.example.com?x")]
    [InlineData("https://other.example.com:8443/#/deep", "https://other.example.com:8443/#/deep")]
    public void A_return_URL_on_this_site_or_an_allowed_one_is_kept(string given, string location) =>
        Assert.Equal(location, ReturnUrl.Parse(given, Origins)?.Location);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("orders")]
    [InlineData("//evil.example")]
    [InlineData("///evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("/\n/evil.example")]
    [InlineData(" /x")]
    [InlineData("/ /evil.example")]
    [InlineData("/..//evil.example")]
    [InlineData("/.//evil.example")]
    [InlineData("/%2e%2E//evil.example")]
    [InlineData("/a/../..//evil.example")]
    [InlineData("/a\\..\\evil")]
    [InlineData("/a\r\nSet-Cookie: x=y")]
    [InlineData("/x\u2028y")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("https://evil.example")]
    [InlineData("https://app.example.com.evil.example")]
    [InlineData("https://app.example.comevil.example/")]
    [InlineData("https://app.example.com@evil.example")]
    [InlineData("https://app.example.com:443@evil.example")]
    [InlineData("https://app.example.com:8080/")]
    [InlineData("https://app.example.com\\@evil.example")]
    [InlineData("https://app.example.com//evil.example")]
    [InlineData("https:app.example.com")]
    [InlineData("https:/app.example.com")]
    [InlineData("http://app.example.com")]
    [InlineData("https://other.example.com")]
    public void Whatever_leaves_the_site_is_refused(string? given) => Assert.Null(ReturnUrl.Parse(given, Origins));

    [Fact]
    public void A_return_URL_of_more_than_1500_bytes_is_refused()
    {
        Assert.NotNull(ReturnUrl.Parse("/" + new string('a', 1499), Origins));
        Assert.Null(ReturnUrl.Parse("/" + new string('a', 1500), Origins));
        Assert.Null(ReturnUrl.Parse("/" + new string('é', 750), Origins));
    }

    [Theory]
    [InlineData("/", "/?login_error=denied")]
    [InlineData("/a?b=c", "/a?b=c&login_error=denied")]
    [InlineData("/a?#f?x", "/a?login_error=denied#f?x")]
    [InlineData("/a?login_error=old&b=c#f", "/a?b=c&login_error=denied#f")]
    [InlineData("https://app.example.com", "https://app.example.com?login_error=denied")]
    public void A_login_error_goes_into_the_query_once(string given, string expected) =>
        Assert.Equal(expected, ReturnUrl.Parse(given, Origins)!.WithLoginError("denied").Value);

    /// <summary>Judged by the framework's URL parser, which resolves a Location as browsers do: the host is never another one.</summary>
    [Fact]
    public void No_generated_text_leads_elsewhere()
    {
        string[] pieces =
        [
            "/", "\\", ".", "..", "%2e", "%2f", "%5c", "@", ":", "?", "#", ";", "&", "\t", "\n", " ", "\u00a0", "\u3000", "\u2028", "https:", "https://", "http://",
            "evil.example", "app.example.com", "https://app.example.com", "https://other.example.com:8443", "javascript:", "a", "é", "443", "[::1]",
        ];
        var text = Gen.Elements(pieces).ArrayOf().Select(string.Concat).ToArbitrary();
        var site = new Uri("https://app.example.com/bff/callback");

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(text, given =>
        {
            if (ReturnUrl.Parse(given, Origins) is not { } returnUrl)
            {
                return true;
            }

            return new[] { returnUrl, returnUrl.WithLoginError("login_failed") }.All(url =>
                url.Location.All(character => character is > ' ' and <= '~')
                && Origins.Contains(new Uri(site, url.Location).GetLeftPart(UriPartial.Authority)));
        }));
    }
}
