using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Web;
using System.Xml.Linq;
using BffBroker.OAuth;
using BffBroker.Redis;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using StackExchange.Redis;

namespace BffBroker.Tests.Security;

/// <summary>
/// Somebody may read and write all of Redis, and has the certificate's public half. He makes a key, brings it into the ring, and seals with it:
/// a session of whom he likes, a <c>state</c> for whom he likes.
/// </summary>
public sealed class PlantedKeyTests(RedisServer redis)
{
    public static MatrixTheoryData<PlantedValue, bool> Plants => new(Enum.GetValues<PlantedValue>(), [false, true]);

    [Theory]
    [MemberData(nameof(Plants))]
    public async Task A_planted_key_opens_nothing_and_nobody_is_logged_out(PlantedValue how, bool alone)
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        var attacker = AttackerKey.Create(world.Certificate.PublicHalf);
        await PlantAsync(world, attacker, how, alone);
        world.LetReload();

        await AssertForgeryFailsAsync(world, attacker, world.World.Broker);
        await world.AssertServesUserAsync(world.World.Broker);
        Assert.True(await world.World.Broker.IsAlarmedAsync());

        var fresh = await world.StartNodeAsync();
        await AssertForgeryFailsAsync(world, attacker, fresh);
        await world.AssertServesUserAsync(fresh);
        Assert.True(await fresh.IsReadyAsync());
        Assert.True(await fresh.IsAlarmedAsync());
    }

    [Theory]
    [InlineData(PlantedValue.InClear)]
    [InlineData(PlantedValue.EncryptedToTheCertificate)]
    public async Task A_planted_key_is_nothing_to_nodes_that_have_no_other(PlantedValue how)
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        var attacker = AttackerKey.Create(world.Certificate.PublicHalf);
        await world.World.Broker.DisposeAsync();
        await PlantAsync(world, attacker, how, alone: true);

        var fresh = await world.StartNodeAsync();

        await AssertForgeryFailsAsync(world, attacker, fresh);
        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync(fresh, "/me", await KeyRingWorld.LogInAsync(fresh))).StatusCode);
    }

    [Fact]
    public async Task A_planted_revocation_logs_nobody_out()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        await world.Redis.ListRightPushAsync(world.RingKey, new XElement(
            "revocation",
            new XAttribute("version", "1"),
            new XElement("revocationDate", TimeProvider.System.GetUtcNow().AddMinutes(1)),
            new XElement("key", new XAttribute("id", "*")),
            new XElement("reason")).ToString());

        var fresh = await world.StartNodeAsync();

        await world.AssertServesUserAsync(fresh);
        Assert.True(await fresh.IsAlarmedAsync());
    }

    [Fact]
    public async Task A_key_that_stands_in_the_ring_many_times_is_one_key()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        var genuine = Assert.Single(await world.RingAsync());
        await world.Redis.ListRightPushAsync(world.RingKey, [genuine, genuine, $"<!-- again -->{genuine}", genuine.Replace("<signed ", "<signed \n", StringComparison.Ordinal)]);

        var fresh = await world.StartNodeAsync();

        await world.AssertServesUserAsync(fresh);
        Assert.Equal(1, (await fresh.ReadinessAsync()).GetProperty("keyRing").GetProperty("keys").GetInt32());
    }

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
    public async Task Garbage_takes_no_node_down(string kind)
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
        await browser.OpenAsync(World.At("/callback?code=012345678901234567890&state=AAAA"));

        await Wait.UntilAsync(() => Alarms(broker).Length == 3, "the second alarm");
        Assert.All(Alarms(broker), line => Assert.Contains("\"Level\":\"Error\"", line, StringComparison.Ordinal));
        Assert.Contains("2 values", string.Concat(Alarms(broker)[..2]), StringComparison.Ordinal);
        Assert.Contains("1 values", Alarms(broker)[2], StringComparison.Ordinal);
        Assert.DoesNotContain("canary", broker.Output, StringComparison.Ordinal);
    }

    private static string[] Alarms(BrokerProcess broker) => [.. broker.Output.Split('\n').Where(line => line.Contains("\"Id\":3201", StringComparison.Ordinal))];

    private static async Task PlantAsync(KeyRingWorld world, AttackerKey attacker, PlantedValue how, bool alone)
    {
        var genuine = XElement.Parse(Assert.Single(await world.RingAsync()));
        if (alone)
        {
            await world.Redis.KeyDeleteAsync(world.RingKey);
        }

        using var folder = new TemporaryFolder();
        var ownSignature = new KeyRingSignature(KeyRingCertificates.Load(new() { CertificateFile = CertificateFile.Create(folder.Path).Path })).Sign(attacker.InClear);
        await world.Redis.ListRightPushAsync(world.RingKey, (how switch
        {
            PlantedValue.InClear => attacker.InClear,
            PlantedValue.EncryptedToTheCertificate => attacker.Encrypted,
            PlantedValue.SignedWithAnotherKey => ownSignature,
            PlantedValue.SignedWithAnotherKeyUnderOurName => With(ownSignature, "certificate", (string?)genuine.Attribute("certificate")),
            PlantedValue.UnderACopiedSignature => new XElement("signed", genuine.Attributes(), ContentOf(attacker.InClear)),
            _ => new XElement("signed", genuine.Attribute("certificate"), ContentOf(attacker.InClear)),
        }).ToString(SaveOptions.DisableFormatting));
    }

    private static string ContentOf(XElement element) => Convert.ToBase64String(Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting)));

    private static XElement With(XElement element, string attribute, string? value)
    {
        element.SetAttributeValue(attribute, value);
        return element;
    }

    private static async Task AssertForgeryFailsAsync(KeyRingWorld world, AttackerKey attacker, BrokerServer node)
    {
        var codeExchanges = world.World.Amazon.CodeExchanges;
        var cookie = await ForgeSessionAsync(world, attacker);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await world.GetAsync(node, "/session", cookie)).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await world.GetAsync(node, "/me", cookie)).StatusCode);

        using var browser = new Browser().Route(BrokerServer.Authority, node.Url);
        var loginKey = CookieSecret.Create();
        browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff-login", loginKey.Encode());
        var state = LoginState.Begin(ReturnUrl.Root, Scopes.Parse("profile"), loginKey, world.World.Clock.GetUtcNow());
        var forged = Base64Url.EncodeToString(attacker.Ring.SealLoginState(state.ToBytes()));
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.OpenAsync(World.At($"/callback?code=012345678901234567890&state={forged}"))).StatusCode);
        Assert.Equal(codeExchanges, world.World.Amazon.CodeExchanges);

        var redirect = (await browser.OpenAsync(World.At("/login"))).Headers.Location!;
        var genuine = HttpUtility.ParseQueryString(redirect.Query)["state"]!;
        Assert.Null(attacker.Ring.OpenLoginState(Base64Url.DecodeFromChars(genuine)));
    }

    /// <summary>A record that is right in everything but the key ring's key, and the cookie to it.</summary>
    private static async Task<string> ForgeSessionAsync(KeyRingWorld world, AttackerKey attacker)
    {
        var (key, now) = (CookieSecret.Create(), world.World.Clock.GetUtcNow());
        var session = new Session(
            new("amzn1.account.VICTIM", "Victim", null), Scopes.Parse("profile"), now, now.AddDays(1), new(new("Atza|forged-forged-forged"), null, now, now.AddHours(1)));
        await world.Redis.HashSetAsync(
            $"{world.KeyPrefix}{{{SessionHandle.Of(key).Value}}}",
            [new("format", 1), new("generation", 1), new("seen", now.ToUnixTimeMilliseconds()), new("sealed", new SessionSeal(attacker.Ring).Seal(session, key, 1))]);
        return key.Encode();
    }
}
