using System.Net;
using BffBroker.Limits;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

public sealed class RateLimitTests
{
    private static readonly (string, string) Three = ("RateLimit:LoginsPerMinute", "3");

    [Fact]
    public async Task The_fourth_login_of_a_minute_waits_for_the_next()
    {
        await using var world = await World.StartAsync(Three);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.Found, (await world.Browser.OpenAsync(World.At("/login"))).StatusCode);
        }

        world.Clock.Advance(TimeSpan.FromSeconds(20));
        var refused = await world.Browser.OpenAsync(World.At("/login"));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 30, 40);
        Assert.Empty(refused.SetCookies());

        world.Clock.Advance(refused.Headers.RetryAfter.Delta.Value);
        Assert.Equal(HttpStatusCode.Found, (await world.Browser.OpenAsync(World.At("/login"))).StatusCode);
    }

    [Fact]
    public async Task Whoever_navigates_sees_a_page_and_a_program_gets_a_problem()
    {
        await using var world = await World.StartAsync(("RateLimit:LoginsPerMinute", "1"));
        await world.Browser.OpenAsync(World.At("/login"));

        foreach (var path in new[] { "/login", "/callback" })
        {
            var page = await world.Browser.OpenAsync(World.At(path));
            Assert.Equal(HttpStatusCode.TooManyRequests, page.StatusCode);
            Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
            Assert.NotNull(page.Headers.RetryAfter);

            var json = await world.Browser.SendAsync(HttpMethod.Get, World.At(path), headers: [("Accept", "application/json")]);
            await json.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");

            var fetched = await world.Browser.FetchAsync(HttpMethod.Get, World.At(path));
            await fetched.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
            Assert.NotNull(fetched.Headers.RetryAfter);
        }
    }

    [Fact]
    public async Task A_script_that_calls_login_uses_the_limit_up_too()
    {
        await using var world = await World.StartAsync(Three);
        for (var i = 0; i < 3; i++)
        {
            await (await world.GetAsync("/login")).AssertProblemAsync(HttpStatusCode.BadRequest, "navigation_required");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await world.GetAsync("/login")).StatusCode);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("forged")]
    [InlineData("expired")]
    [InlineData("used")]
    [InlineData("foreign")]
    [InlineData("malformed")]
    public async Task A_callback_that_is_refused_counts(string flaw)
    {
        await using var world = await World.StartAsync(("RateLimit:LoginsPerMinute", "4"));
        var callback = await FlawedAsync(world, flaw);

        var spent = flaw is "missing" or "forged" ? 0 : 1; // its login
        for (var i = spent; i < 4; i++)
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await world.Browser.OpenAsync(callback)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await world.Browser.OpenAsync(callback)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await world.Browser.OpenAsync(World.At("/login"))).StatusCode);
        Assert.Equal(flaw == "used" ? 1 : 0, world.Amazon.CodeExchanges);
    }

    [Fact]
    public async Task A_login_under_way_is_finished_however_many_callbacks_others_forge()
    {
        await using var world = await World.StartAsync(Three);
        var callback = await world.LogInUpToCallbackAsync("/login?returnUrl=%2Fx");
        using var attacker = world.NewBrowser();
        for (var i = 0; i < 9; i++)
        {
            await attacker.OpenAsync(World.At("/callback?code=ANabcdefghijklmnopqr&state=forged"));
        }

        var finished = await world.Browser.OpenAsync(callback);

        Assert.Equal("/x", finished.Headers.Location?.OriginalString);
        await world.AssertLoggedInAsync();
        Assert.Equal("/x", (await world.Browser.OpenAsync(callback)).Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Nothing_but_logins_is_limited()
    {
        await using var world = await World.StartAsync(("RateLimit:LoginsPerMinute", "1"));
        await world.LogInAsync();

        for (var i = 0; i < 20; i++)
        {
            await world.AssertLoggedInAsync();
        }
    }

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
    public void An_IPv4_address_is_a_client_and_so_is_an_IPv6_64(string? one, string? other, bool areTheSame)
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

    private static async Task<Uri> FlawedAsync(World world, string flaw)
    {
        if (flaw is "missing" or "forged")
        {
            return World.At("/callback?code=ANabcdefghijklmnopqr" + (flaw == "forged" ? "&state=CfDJ8forged" : ""));
        }

        var callback = await world.LogInUpToCallbackAsync();
        switch (flaw)
        {
            case "used":
                await world.Browser.OpenAsync(callback);
                world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", null);
                break;
            case "foreign":
                world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff-login", null);
                break;
            case "expired":
                world.Clock.Advance(TimeSpan.FromSeconds(601));
                await world.Browser.OpenAsync(World.At("/login")); // the minute of the other one is over
                break;
            default:
                return new(callback + "&code=ANabcdefghijklmnopqr");
        }

        return callback;
    }

    private sealed class SettableClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
