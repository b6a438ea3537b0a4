using BffBroker.Endpoints;
using Microsoft.Extensions.Options;
using SessionOptions = BffBroker.Sessions.SessionOptions;

namespace BffBroker.Tests.Endpoints;

/// <summary>Where a browser sends the session cookie, of the hosts that the configuration names.</summary>
public sealed class PublicSiteTests
{
    [Theory]
    [InlineData("https://auth.example.com")]
    [InlineData("https://auth.example.com:8443")]
    [InlineData("https://wiki.example.com")]
    [InlineData("https://deep.down.example.com:444")]
    public void The_public_origin_and_listed_ones_under_the_domain_see_the_session_cookie(string origin) => Assert.True(Site("example.com").SeesSession(origin));

    [Theory]
    [InlineData("https://grafana.example.com")]
    [InlineData("https://example.com")]
    [InlineData("https://wiki.example.org")]
    [InlineData("https://notexample.com")]
    [InlineData("http://wiki.example.com")]
    [InlineData("http://localhost:3000")]
    [InlineData("https://wiki.example.com:8443")]
    [InlineData("https://wiki.example.com/")]
    [InlineData("https://wiki.example.com.evil.example")]
    [InlineData("")]
    public void No_other_origin_sees_the_session_cookie(string origin) => Assert.False(Site("example.com").SeesSession(origin));

    [Theory]
    [InlineData("https://auth.example.com", true)]
    [InlineData("https://auth.example.com:8443", true)]
    [InlineData("https://auth.example.com:9443", false)]
    [InlineData("https://wiki.example.com", false)]
    public void Without_a_domain_the_public_host_alone_sees_the_session_cookie(string origin, bool sees) => Assert.Equal(sees, Site(null).SeesSession(origin));

    private static PublicSite Site(string? domain)
    {
        var broker = new BrokerOptions
        {
            PublicUrl = "https://auth.example.com/bff",
            AllowedOrigins = { "https://Wiki.Example.com:443/", "https://auth.example.com:8443" },
            ReturnOrigins = { "https://deep.down.example.com:444", "https://wiki.example.org", "https://notexample.com", "http://localhost:3000" },
        };
        return new(Options.Create(broker), Options.Create(new SessionOptions { CookieDomain = domain }));
    }
}
