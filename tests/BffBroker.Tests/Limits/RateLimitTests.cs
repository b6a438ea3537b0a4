using System.Net;
using BffBroker.Limits;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Limits;

public sealed class RateLimitTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.1", "c000:201::1", false)]
    [InlineData("192.0.2.1", "c000:201:ffff:ffff::", false)]
    [InlineData(null, null, true)]
    [InlineData(null, "192.0.2.1", false)]
    public void An_IPv4_address_is_a_client_and_so_is_an_IPv6_network_of_64_bits(string? one, string? other, bool areTheSame)
    {
        var limit = new RateLimit(1, new ManualClock());

        Assert.Equal(TimeSpan.Zero, limit.Take(Parse(one)));

        Assert.Equal(areTheSame, limit.Take(Parse(other)) > TimeSpan.Zero);

        static IPAddress? Parse(string? text) => text is null ? null : IPAddress.Parse(text);
    }

    [Fact]
    public void A_flood_from_very_many_addresses_takes_no_memory_and_hinders_nobody_else()
    {
        var limit = new RateLimit(300, new ManualClock());
        var addresses = Enumerable.Range(0, 300_000).Select(i => new IPAddress((long)i)).ToArray();
        limit.Take(addresses[0]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        foreach (var address in addresses)
        {
            limit.Take(address);
        }

        // Nothing for an address; something small may come from the runtime itself.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, addresses.Length / 10);
        Assert.Equal(TimeSpan.Zero, limit.Take(IPAddress.Parse("2001:db8::1")));
    }

    [Fact]
    public void However_many_clients_are_refused_another_is_not()
    {
        var limit = new RateLimit(1, new ManualClock());
        for (var i = 0; i < 20; i++)
        {
            limit.Take(new IPAddress((long)i));
            limit.Take(new IPAddress((long)i));
        }

        Assert.Equal(TimeSpan.Zero, limit.Take(IPAddress.Parse("2001:db8::1")));
    }

    [Fact]
    public void A_clock_that_is_set_back_keeps_nobody_waiting()
    {
        var clock = new SettableClock(new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero));
        var limit = new RateLimit(1, clock);
        limit.Take(IPAddress.Loopback);
        Assert.Equal(TimeSpan.FromMinutes(1), limit.Take(IPAddress.Loopback));

        clock.Now = clock.Now.AddDays(-1);

        Assert.Equal(TimeSpan.Zero, limit.Take(IPAddress.Loopback));
    }

    [Fact]
    public async Task No_more_pass_at_once_than_one_after_the_other()
    {
        var limit = new RateLimit(50_000, new ManualClock());

        var waits = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 20_000).Select(_ => limit.Take(IPAddress.Loopback)).ToArray())));

        Assert.Equal(50_000, waits.SelectMany(wait => wait).Count(wait => wait == TimeSpan.Zero));
    }

    private sealed class SettableClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
