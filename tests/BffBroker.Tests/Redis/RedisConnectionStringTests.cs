using System.Globalization;
using System.Net;
using BffBroker.Redis;
using BffBroker.Tests.Support;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace BffBroker.Tests.Redis;

/// <summary>What an operator may have got as a connection string, and what becomes of it. Passwords here are canaries: no message has one.</summary>
public sealed class RedisConnectionStringTests : IDisposable
{
    private const string Key = "ConnectionStrings:Redis";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("redis://host", "host:6379", false, null, null, null)]
    [InlineData("REDIS://host:7000/", "host:7000", false, null, null, null)]
    [InlineData("  redis://host  ", "host:6379", false, null, null, null)]
    [InlineData("redis://:secret@host:6379", "host:6379", false, null, "secret", null)]
    [InlineData("redis://user:secret@host/3", "host:6379", false, "user", "secret", 3)]
    [InlineData("rediss://user:secret@host.example.com", "host.example.com:6379", true, "user", "secret", null)]
    [InlineData("redis://:secret@[::1]:7000", "[::1]:7000", false, null, "secret", null)]
    [InlineData("redis://[2001:db8::1]", "[2001:db8::1]:6379", false, null, null, null)]
    [InlineData("redis://10.0.0.1:7000", "10.0.0.1:7000", false, null, null, null)]
    [InlineData("redis://redis_1:7000", "redis_1:7000", false, null, null, null)]
    [InlineData("redis://:a%23%3F%2F%2C%40%25%3A%20b@host", "host:6379", false, null, "a#?/,@%: b", null)]
    [InlineData("redis://us%40er:%C3%BC@host", "host:6379", false, "us@er", "ü", null)]
    [InlineData("redis://:a:b=c+d@e!f@host", "host:6379", false, null, "a:b=c+d@e!f", null)]
    [InlineData("redis://:@host", "host:6379", false, null, null, null)]
    [InlineData("rediss://:secret@a:7000,b,[::1]:7002/1", "a:7000 b:6379 [::1]:7002", true, null, "secret", 1)]
    [InlineData("redis://:secret@a,redis://:secret@b:7001", "a:6379 b:7001", false, null, "secret", null)]
    [InlineData("redis://a,a:6379", "a:6379", false, null, null, null)]
    [InlineData("host", "host:6379", false, null, null, null)]
    [InlineData("host,ssl=true", "host:6380", true, null, null, null)]
    [InlineData("host:7000,ssl=true,user=user,password=a=#?/@%:b,defaultDatabase=2", "host:7000", true, "user", "a=#?/@%:b", 2)]
    [InlineData("host,serviceName=bff,ssl=true", "host:26379", true, null, null, null)]
    [InlineData("10.0.0.1,::1,[::1]:7000", "10.0.0.1:6379 [::1]:6379 [::1]:7000", false, null, null, null)]
    [InlineData("host, host:6379, HOST", "host:6379", false, null, null, null)]
    [InlineData("password=secret,host:6379", "host:6379", false, null, "secret", null)]
    [InlineData("!/run/redis.sock,password=secret", "!/run/redis.sock", false, null, "secret", null)]
    [InlineData("host,tunnel=http://proxy:3128", "host:6379", false, null, null, null)]
    public void A_string_is_read_as_it_is_meant(string text, string addresses, bool isTls, string? user, string? password, int? database)
    {
        var options = new RedisOptions { ConnectionString = text };
        var configuration = options.ToConfiguration();

        Assert.Equal(
            (addresses, isTls, user, password, database),
            (string.Join(' ', configuration.EndPoints.Select(EndPointCollection.ToString)), configuration.Ssl, configuration.User, configuration.Password, configuration.DefaultDatabase));
        Assert.True(Validate(options).Succeeded);
    }

    [Theory]
    [InlineData("redis://")]
    [InlineData("redis://:canary@")]
    [InlineData("redis://:canary@:6379")]
    [InlineData("redis://:canary@host:0")]
    [InlineData("redis://:canary@host:")]
    [InlineData("redis://:canary@host:65536")]
    [InlineData("redis://:canary@host:63 79")]
    [InlineData("redis://:canary@host:port")]
    [InlineData("redis://:canary@host/db")]
    [InlineData("redis://:canary@host/-1")]
    [InlineData("redis://:canary@host/99999999999")]
    [InlineData("redis://:canary@host/0/1")]
    [InlineData("redis://:canary@host?ssl=true")]
    [InlineData("redis://:canary@host/0?ssl=true")]
    [InlineData("redis://:canary@host#1")]
    [InlineData("redis://:can/ary@host")]
    [InlineData("redis://:can?ary@host")]
    [InlineData("redis://:can#ary@host")]
    [InlineData("redis://:can,ary@host")]
    [InlineData("redis://:can ary@host")]
    [InlineData("redis://:can%ary@host")]
    [InlineData("redis://:canary%@host")]
    [InlineData("redis://:canary@ho%73t")]
    [InlineData("redis://:canary@::1:6379")]
    [InlineData("redis://:canary@[::1")]
    [InlineData("redis://:canary@[::g]:6379")]
    [InlineData("redis://:canary@a,,b")]
    [InlineData("redis://:canary@a,:canary@b")]
    [InlineData("redis://:canary@a,redis://:canary2@b")]
    [InlineData("redis://:canary@a,rediss://:canary@b")]
    [InlineData("redis://:canary@a,redis://b")]
    [InlineData("redis://:canary@host,abortConnect=false")]
    [InlineData("redis:///run/canary.sock")]
    [InlineData("unix:///run/canary.sock")]
    [InlineData("unix:/run/canary.sock")]
    [InlineData("valkey://:canary@host")]
    [InlineData("redis+sentinel://:canary@host:26379/bff")]
    [InlineData("http://:canary@host")]
    [InlineData("\"redis://:canary@host\"")]
    [InlineData("redis:canary@host:6379")]
    [InlineData(":canary@host:6379")]
    [InlineData("canary@host")]
    [InlineData("//:canary@host")]
    [InlineData("host:canary")]
    [InlineData("host:99999,password=canary")]
    [InlineData("host:-1,password=canary")]
    [InlineData("a:6379,b:canary")]
    [InlineData("host,password=can,ary")]
    [InlineData("host,password=can,ary=b")]
    [InlineData("host,canary word")]
    [InlineData("host,connectTimeout=canary")]
    [InlineData("host,ssl=canary")]
    [InlineData("host,tunnel=canary")]
    [InlineData("host,tunnel=canary://proxy")]
    [InlineData("host,=canary")]
    [InlineData(":6379,password=canary")]
    [InlineData("[::1:6379,password=canary")]
    [InlineData("!,password=canary")]
    [InlineData("password=canary")]
    [InlineData(",")]
    [InlineData("host,user=canary")]
    [InlineData("redis://canary@host")]
    public void A_string_that_is_neither_is_refused_with_its_key_and_in_words_without_any_of_it(string text)
    {
        var result = Validate(new() { ConnectionString = text });

        Assert.True(result.Failed);
        Assert.StartsWith($"{Key}: ", result.FailureMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("can", result.FailureMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("ary", result.FailureMessage, StringComparison.Ordinal);
        if (Record.Exception(() => new RedisOptions { ConnectionString = text }.ToConfiguration()) is { } exception)
        {
            Assert.IsType<FormatException>(exception);
            Assert.DoesNotContain("canary", exception.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("host,user=old,password=old")]
    [InlineData("redis://old:old@host")]
    [InlineData("redis://host")]
    [InlineData("redis://old@host")]
    public void User_and_password_of_their_own_override_what_the_string_says(string text)
    {
        var options = new RedisOptions { ConnectionString = text, User = "user", Password = "a,b#?/@% c" };
        var configuration = options.ToConfiguration();

        Assert.True(Validate(options).Succeeded);
        Assert.Equal(("user", "a,b#?/@% c"), (configuration.User, configuration.Password));
    }

    /// <summary>What any program would read, and what the client calls an outage.</summary>
    [Theory]
    [InlineData("redis://:canary%2Cpassword@127.0.0.1:{0}", null)]
    [InlineData("redis://127.0.0.1:{0}/2", "canary,password")]
    [InlineData("127.0.0.1:{0},password=wrong", "canary,password")]
    public async Task A_broker_works_with_a_URI_and_with_a_password_of_its_own_and_prints_neither(string text, string? password)
    {
        using var redis = await OwnRedis.StartAsync("--requirepass", "canary,password");
        await using var amazon = await AmazonServer.StartAsync();
        var settings = SettingsOf(amazon.Url, string.Format(CultureInfo.InvariantCulture, text, redis.Port), password);

        var (exitCode, output) = await BrokerProcess.RunAsync(settings, "check");
        Assert.True(exitCode == 0, output);
        Assert.Contains("ok       Redis: reads, writes and runs scripts", output, StringComparison.Ordinal);
        await using var broker = await BrokerProcess.StartAsync(settings);
        using var browser = new Browser().Route(BrokerServer.Authority, broker.Url);
        await browser.VisitAsync(World.At("/login"));
        Assert.Equal(HttpStatusCode.OK, (await browser.FetchAsync(HttpMethod.Get, World.At("/me"))).StatusCode);

        Assert.DoesNotContain("canary", output + broker.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://:canary%2Cpassword@127.0.0.1:{0}", "outage   Redis: no connection. 127.0.0.1:{0} refuses connections")]
    [InlineData("redis://:canary,password@127.0.0.1:{0}", "- ConnectionStrings:Redis: Is not a Redis URI")]
    [InlineData("valkey://:canary%2Cpassword@127.0.0.1:{0}", "- ConnectionStrings:Redis: Is not a Redis URI")]
    [InlineData("127.0.0.1:{0},password=canary,password", "- ConnectionStrings:Redis: Is neither")]
    public async Task The_check_prints_host_and_port_and_nothing_else_of_a_string(string text, string told)
    {
        var port = Ports.Free();
        var (_, output) = await BrokerProcess.RunAsync(SettingsOf(new("http://127.0.0.1:1"), string.Format(CultureInfo.InvariantCulture, text, port)), "check");

        Assert.Contains(string.Format(CultureInfo.InvariantCulture, told, port), output, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", output, StringComparison.Ordinal);
    }

    private Dictionary<string, string?> SettingsOf(Uri amazon, string redis, string? password = null)
    {
        var settings = BrokerProcess.Settings(amazon, redis, "bff:", _folder.Path);
        if (password is not null)
        {
            settings["Redis:Password"] = password;
        }

        return settings;
    }

    private static ValidateOptionsResult Validate(RedisOptions options) =>
        new RedisOptionsValidator(new HostingEnvironment { EnvironmentName = "Production" }).Validate(null, options);
}
