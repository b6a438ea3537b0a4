using System.Net;
using System.Text;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Security;

/// <summary>Somebody has all of Redis, and the certificate with its private key, and so the key ring. What he lacks is a cookie.</summary>
public sealed class RedisDumpTests(RedisServer redis)
{
    [Fact]
    public async Task A_dump_of_Redis_gives_no_token_cookie_or_user_even_with_the_key_ring()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        world.World.Clock.Advance(TimeSpan.FromMinutes(61));
        var user = await (await world.World.GetAsync("/me")).JsonAsync();
        Assert.Equal(1, world.World.Amazon.Refreshes);
        await world.World.LogInUpToCallbackAsync();

        var dump = await RedisDump.TakeAsync(world);
        var layers = dump.Layers().ToList();

        Assert.True(dump.Opened > 0, "The key ring that the thief has opens nothing, so this test searches nothing.");
        var secrets = new Dictionary<string, string>
        {
            ["access token"] = "Atza",
            ["refresh token"] = "Atzr",
            ["session cookie"] = world.UserCookie,
            ["session key"] = Encoding.Latin1.GetString(CookieSecret.Parse(world.UserCookie)!.Bytes),
            ["login cookie"] = world.World.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff-login")!,
            ["user id"] = user.GetProperty("user_id").GetString()!,
            ["account"] = "amzn1.account",
            ["name"] = user.GetProperty("name").GetString()!,
            ["e-mail"] = user.GetProperty("email").GetString()!,
            ["client secret"] = AmazonSimulator.SimulatedClient.DefaultSecret,
            ["key of the key ring"] = "masterKey", // its element's name where it stands in clear
        };
        Assert.All(secrets, secret => Assert.All(layers, layer => Assert.False(Shows(layer, secret.Value), $"Redis shows the {secret.Key}.")));
    }

    [Fact]
    public async Task The_search_finds_a_token_where_there_is_one()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        var ring = world.World.Broker.Services.GetRequiredService<KeyRing>();
        await world.Redis.StringSetAsync(world.KeyPrefix + "leak", Convert.ToBase64String(ring.SealSession("\0Atza|leaked"u8.ToArray())));

        Assert.Contains((await RedisDump.TakeAsync(world)).Layers(), layer => Shows(layer, "Atza"));
    }

    [Fact]
    public async Task A_record_copied_under_another_handle_does_not_open()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        await world.AssertServesUserAsync(world.World.Broker); // it remembers now what it has opened
        var thief = CookieSecret.Create();
        await world.Redis.HashSetAsync(world.RecordOf(thief), await world.Redis.HashGetAllAsync(world.RecordOf(world.World.SessionKey)));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await world.GetAsync(world.World.Broker, "/session", thief.Encode())).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await world.GetAsync(await world.StartNodeAsync(), "/me", thief.Encode())).StatusCode);
        await world.AssertServesUserAsync(world.World.Broker);
    }

    [Fact]
    public async Task An_older_generation_put_back_under_a_newer_number_does_not_open()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        var record = world.RecordOf(world.World.SessionKey);
        var old = await world.Redis.HashGetAsync(record, "sealed");
        world.World.Clock.Advance(TimeSpan.FromMinutes(61));
        await world.World.AssertLoggedInAsync();
        Assert.Equal(2, (long)await world.Redis.HashGetAsync(record, "generation"));

        await world.Redis.HashSetAsync(record, [new("generation", 3), new("sealed", old)]);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await world.GetAsync(await world.StartNodeAsync(), "/me", world.UserCookie)).StatusCode);
    }

    [Fact]
    public async Task Without_the_certificate_the_cookie_opens_nothing()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        using var folder = new TemporaryFolder();

        var stranger = await world.StartNodeAsync(("KeyRing:CertificateFile", CertificateFile.Create(folder.Path).Path));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await world.GetAsync(stranger, "/session", world.UserCookie)).StatusCode);
    }

    private static bool Shows(byte[] layer, string secret) =>
        layer.AsSpan().IndexOf(Encoding.Latin1.GetBytes(secret)) >= 0 || layer.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0
        || layer.AsSpan().IndexOf(Encoding.Unicode.GetBytes(secret)) >= 0;
}
