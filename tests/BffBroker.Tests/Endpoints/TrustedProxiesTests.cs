using System.Net;
using BffBroker.Endpoints;
using Microsoft.Extensions.Options;

namespace BffBroker.Tests.Endpoints;

public sealed class TrustedProxiesTests
{
    [Theory]
    [InlineData("10.1.2.3", "10.1.2.3", "10.1.2.4")]
    [InlineData("10.1.2.3", "::ffff:10.1.2.3", "::ffff:10.1.2.4")]
    [InlineData("10.0.0.0/8", "10.255.0.1", "11.0.0.1")]
    [InlineData("10.0.0.0/8", "::ffff:10.0.0.1", "::10.0.0.1")]
    [InlineData("0.0.0.0/0", "203.0.113.9", "2001:db8::1")]
    [InlineData("::/0", "2001:db8::1", "203.0.113.9")]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3", "10.1.2.4")]
    [InlineData("::ffff:10.0.0.0/104", "10.255.0.1", "11.0.0.1")]
    [InlineData("2001:DB8::/32", "2001:db8:ffff::1", "2001:db9::1")]
    [InlineData("fe80::1", "fe80::1%2", "fe80::2%2")]
    public void A_range_holds_its_addresses_and_no_others(string range, string inside, string outside)
    {
        var proxies = Trusting(range);

        Assert.True(proxies.Contains(IPAddress.Parse(inside)));
        Assert.False(proxies.Contains(IPAddress.Parse(outside)));
        Assert.False(proxies.Contains(null));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("proxy.example")]
    [InlineData("10")]
    [InlineData("10.1")]
    [InlineData("010.0.0.1")]
    [InlineData("0x0a.0.0.1")]
    [InlineData("10.0.0.1 ")]
    [InlineData("10.0.0.1:80")]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/+8")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10.0.0.0/255.0.0.0")]
    [InlineData("[::1]")]
    [InlineData("[::1]:80")]
    [InlineData("fe80::1%eth0")]
    [InlineData("::ffff:10.0.0.0/8")]
    [InlineData("2001:db8::/129")]
    [InlineData("*")]
    [InlineData("unix:")]
    [InlineData("unix:/run/proxy.sock")]
    [InlineData("unix/8")]
    public void A_text_that_could_be_read_in_two_ways_is_no_range(string text) => Assert.Null(TrustedProxies.Parse(text));

    [Theory]
    [InlineData("unix")]
    [InlineData("UNIX")]
    public void Unix_stands_for_peers_without_an_address_and_for_no_address(string text)
    {
        var proxies = Trusting(text);

        Assert.True(proxies.IncludesUnixSocket);
        Assert.NotEmpty(proxies.Networks); // or the framework's middleware would take any address of X-Forwarded-For for a proxy's
        Assert.All(["127.0.0.1", "203.0.113.9", "::1", "::"], address => Assert.False(proxies.Contains(IPAddress.Parse(address))));
        Assert.False(Trusting("0.0.0.0").IncludesUnixSocket);
    }

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    [InlineData("::ffff:0:0/96")]
    [InlineData("0.0.0.0/1,128.0.0.0/1")]
    [InlineData("128.0.0.0/1")]
    [InlineData("10.0.0.0/8,64.0.0.0/2")]
    [InlineData("8.0.0.0/7")]
    [InlineData("3.0.0.0/8,9.0.0.0/8,unix")]
    [InlineData("::/1,8000::/1")]
    [InlineData("2000::/3")]
    [InlineData("2600::/12")]
    public void Ranges_that_hold_practically_everybody_are_found(string ranges) => Assert.NotEmpty(Trusting(ranges.Split(',')).PracticallyEverybody);

    [Theory]
    [InlineData("unix")]
    [InlineData("10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,127.0.0.0/8,169.254.0.0/16,fc00::/7,fe80::/10")]
    [InlineData("3.0.0.0/8")]
    [InlineData("3.0.0.0/8,3.0.0.0/8,3.1.0.0/16,3.128.0.0/9")]
    [InlineData("104.16.0.0/13,172.64.0.0/13,131.0.72.0/22,2400:cb00::/32,2a06:98c0::/29")]
    [InlineData("2600:1f00::/24,2600:9000::/28")]
    public void Ranges_of_proxies_are_not_taken_for_everybody(string ranges) => Assert.Empty(Trusting(ranges.Split(',')).PracticallyEverybody);

    private static TrustedProxies Trusting(params string[] ranges)
    {
        var options = new BrokerOptions();
        foreach (var range in ranges)
        {
            options.TrustedProxies.Add(range);
        }

        return new(Options.Create(options));
    }
}
