using System.Net;
using BffBroker.OAuth;
using BffBroker.Tests.Support;
using StackExchange.Redis;

namespace BffBroker.Tests.Security;

/// <summary>Values in the key ring's list, or in its place, that nobody can make sense of.</summary>
public sealed class KeyRingGarbageTests(RedisServer redis)
{
    public static TheoryData<string> Garbage => [.. GarbageValues.Keys];

    private static readonly Dictionary<string, RedisValue> GarbageValues = new()
    {
        ["empty"] = "",
        ["no XML"] = "\0\u0001 not XML",
        ["half an element"] = "<signed certificate=\"",
        ["no UTF-8"] = new byte[] { 0xFF, 0xFE, 0x00, 0xC0 },
        ["deep"] = string.Concat(Enumerable.Repeat("<a>", 15_000)),
        ["deep inside"] = "<signed>" + string.Concat(Enumerable.Repeat("<a>", 15_000)),
        ["huge"] = new string('x', 20_000_000),
        ["document type"] = "<!DOCTYPE a [<!ENTITY b \"bbbbbbbbbb\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;\">]><signed>&c;</signed>",
        ["external entity"] = "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\"><signed/>",
        ["nothing signed"] = "<signed/>",
        ["no base64"] = "<signed certificate=\"00\" signature=\"?\">?</signed>",
        ["unknown shape"] = "<keys xmlns=\"urn:x\"><key/></keys>",
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task Garbage_in_the_ring_takes_no_node_down(string kind)
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        await world.Redis.ListLeftPushAsync(world.RingKey, GarbageValues[kind]);
        await world.Redis.ListRightPushAsync(world.RingKey, GarbageValues[kind]);

        var fresh = await world.StartNodeAsync();

        await world.AssertServesUserAsync(fresh);
        Assert.True(await fresh.IsReadyAsync());
        Assert.True(await fresh.IsAlarmedAsync());
        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync(world.World.Broker, "/me", await KeyRingWorld.LogInAsync(fresh))).StatusCode);
    }

    [Fact]
    public async Task The_alarm_is_logged_once_and_tells_nothing_of_what_was_planted()
    {
        using var folder = new TemporaryFolder();
        await using var amazon = await AmazonServer.StartAsync();
        var prefix = $"test-{Guid.NewGuid():N}:";
        await redis.Database.ListRightPushAsync(prefix + "keys", ["<canary/>", "<key id=\"canary\"/>", "canary"]);
        await using var broker = await BrokerProcess.StartAsync(BrokerProcess.Settings(amazon.Url, redis.ConnectionString, prefix, folder.Path));
        using var browser = new Browser().Route(BrokerServer.Authority, broker.Url);
        await browser.VisitAsync(World.At("/login"));

        await redis.Database.ListRightPushAsync(prefix + "keys", "<one-more/>");
        browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff-login", CookieSecret.Create().Encode());
        await browser.OpenAsync(World.At($"/callback?code=012345678901234567890&state={KeyRingAttack.StateOfUnknownKey()}"));

        await Wait.UntilAsync(() => Alarms(broker).Length == 3, "the second alarm");
        Assert.All(Alarms(broker), line => Assert.Contains("\"Level\":\"Error\"", line, StringComparison.Ordinal));
        Assert.Contains("2 values", string.Concat(Alarms(broker)[..2]), StringComparison.Ordinal);
        Assert.Contains("1 values", Alarms(broker)[2], StringComparison.Ordinal);
        Assert.DoesNotContain("canary", broker.Output, StringComparison.Ordinal);
    }

    private static string[] Alarms(BrokerProcess broker) => [.. broker.Output.Split('\n').Where(line => line.Contains("\"Id\":3201", StringComparison.Ordinal))];
}
