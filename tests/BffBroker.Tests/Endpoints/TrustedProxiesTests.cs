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
        var options = new BrokerOptions();
        options.TrustedProxies.Add(range);
        var proxies = new TrustedProxies(Options.Create(options));

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
    public void A_text_that_could_be_read_in_two_ways_is_no_range(string text) => Assert.Null(TrustedProxies.Parse(text));
}
