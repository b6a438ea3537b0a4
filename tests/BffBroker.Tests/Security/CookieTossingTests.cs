using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>
/// A page on a sibling host can set a cookie of any name for the whole domain, and a request says nothing of where a cookie came from. So two
/// of the session's name count as none; what only looks like one changes nothing.
/// </summary>
public sealed class CookieTossingTests(CookieTossingTests.LoggedIn browser) : IClassFixture<CookieTossingTests.LoggedIn>
{
    private const string Tossed = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    [Theory]
    [InlineData("Cookie: __Host-bff=OURS; __Host-bff=TOSSED")]
    [InlineData("Cookie: __Host-bff=TOSSED; __Host-bff=OURS")]
    [InlineData("Cookie: __Host-bff=OURS; __Host-bff=OURS")]
    [InlineData("Cookie: __Host-bff=OURS; __Host-bff=")]
    [InlineData("Cookie: __Host-bff=; __Host-bff=OURS")]
    [InlineData("Cookie: __Host-bff=\"\"; __Host-bff=OURS")]
    [InlineData("Cookie: __Host-bff=OURS;__Host-bff=TOSSED")]
    [InlineData("Cookie: __Host-bff=OURS;  \t__Host-bff=TOSSED")]
    [InlineData("Cookie: __Host-bff =OURS")]
    [InlineData("Cookie: __Host-bff=OURS; a=b; c=d; __Host-bff=TOSSED; e=f")]
    [InlineData("Cookie: __Host-bff=OURS; __Host-bff==TOSSED")]
    [InlineData("Cookie: __Host-bff=OURS; __Host-bff=TOSSED=")]
    [InlineData("Cookie: __Host-bff=OURS\r\nCookie: __Host-bff=TOSSED")]
    [InlineData("Cookie: __Host-bff=TOSSED\r\nX-Other: x\r\ncookie: __Host-bff=OURS")]
    [InlineData("Cookie: \"OURS\"")]
    [InlineData("Cookie: __Host-bff=\"OURS\"")]
    [InlineData("Cookie: __Host-bff=OURS TOSSED")]
    [InlineData("Cookie: __Host-bff=OURS,__Host-bff=TOSSED")]
    [InlineData("Cookie: __host-bff=OURS")]
    [InlineData("Cookie: __HOST-BFF=OURS")]
    [InlineData("Cookie: __Host-bff%3dOURS")]
    [InlineData("Cookie: %5f%5fHost-bff=OURS")]
    [InlineData("Cookie: __Host-bff[]=OURS")]
    [InlineData("Cookie: bff=OURS")]
    [InlineData("Cookie: __Secure-bff=OURS")]
    [InlineData("Cookie: x=y, __Host-bff=OURS")]
    [InlineData("Cookie: x=\"y; __Host-bff=TOSSED; z=\"; __Host-bff=OURS")]
    public async Task Two_cookies_of_the_name_or_another_spelling_of_it_are_no_session(string header) =>
        Assert.Equal(401, await StatusAsync(header));

    [Theory]
    [InlineData("Cookie: __Host-bff=OURS")]
    [InlineData("Cookie: __Host-bff=OURS; __host-bff=TOSSED; __HOST-bff=TOSSED")]
    [InlineData("Cookie: __Secure-bff=TOSSED; bff=TOSSED; __Host-bff=OURS")]
    [InlineData("Cookie: __Host-bff2=TOSSED; x__Host-bff=TOSSED; __Host-bff-login=TOSSED; __Host-bff=OURS")]
    [InlineData("Cookie: x=__Host-bff=TOSSED; __Host-bff=OURS")]
    [InlineData("Cookie: __Host-bff; __Host-bff=OURS")]
    [InlineData("Cookie: __Host-bff =TOSSED; __Host-bff=OURS; __Host-bff\t=TOSSED")]
    [InlineData("Cookie: =; ;;=x; __Host-bff=OURS;;")]
    [InlineData("Cookie: a=b\r\nCookie: __Host-bff=OURS")]
    public async Task Cookies_of_other_names_do_not_matter(string header) =>
        Assert.Equal(200, await StatusAsync(header));

    private async Task<int> StatusAsync(string header) => (await RawRequest.GetAsync(
        browser.World.Broker.Url,
        "/me",
        header.Replace("OURS", browser.Cookie, StringComparison.Ordinal).Replace("TOSSED", Tossed, StringComparison.Ordinal))).Status;

    /// <summary>A browser that has logged in.</summary>
    public sealed class LoggedIn : IAsyncLifetime
    {
        internal World World { get; private set; } = null!;

        internal string Cookie => World.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")!;

        public async ValueTask InitializeAsync()
        {
            World = await World.StartAsync();
            await World.LogInAsync();
        }

        public ValueTask DisposeAsync() => World.DisposeAsync();
    }
}
