using System.Net;
using BffBroker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Gateways;

public sealed class ApiConfigurationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_problem_of_the_section_is_told_at_once_with_its_key_and_the_exit_code_is_78()
    {
        var settings = BrokerProcess.Settings(new("http://127.0.0.1:1"), "127.0.0.1:1", "x:", _folder.Path);
        foreach (var (key, value) in new[]
        {
            ("Routes:shadow:Match:Path", "/login"), ("Routes:shadow:ClusterId", "good"),
            ("Routes:all:Match:Path", "/{**canary}"), ("Routes:all:ClusterId", "good"),
            ("Routes:apis:Match:Path", "/apis/x"), ("Routes:apis:ClusterId", "good"),
            ("Routes:hosts:Match:Hosts:0", "example.com"), ("Routes:hosts:ClusterId", "good"),
            ("Routes:token:Match:Path", "/api/token"), ("Routes:token:ClusterId", "good"), ("Routes:token:Metadata:BffBroker.Token", "canary"),
            ("Routes:spelt:Match:Path", "/api/spelt"), ("Routes:spelt:ClusterId", "good"), ("Routes:spelt:Metadata:BffBroker.Scopes", "profile"),
            ("Routes:scope:Match:Path", "/api/scope"), ("Routes:scope:ClusterId", "good"), ("Routes:scope:Metadata:BffBroker.Scope", "profile canary"),
            ("Routes:both:Match:Path", "/api/both"), ("Routes:both:ClusterId", "good"), ("Routes:both:Metadata:BffBroker.Scope", "profile"), ("Routes:both:Metadata:BffBroker.Token", "none"),
            ("Routes:lost:Match:Path", "/api/lost"), ("Routes:lost:ClusterId", "canary"),
            ("Routes:policy:Match:Path", "/api/policy"), ("Routes:policy:ClusterId", "good"), ("Routes:policy:CorsPolicy", "disable"), ("Routes:policy:AuthorizationPolicy", "default"), ("Routes:policy:Timeout", "00:00:10"),
            ("Routes:star:Match:Path", "/api/star/*"), ("Routes:star:ClusterId", "good"),
            ("Routes:yarp:Match:Path", "/api/yarp/{"), ("Routes:yarp:ClusterId", "good"),
            ("Routes:alike1:Match:Path", "/api/alike/{one}"), ("Routes:alike1:ClusterId", "good"), ("Routes:alike2:Match:Path", "/api/Alike/{one}"), ("Routes:alike2:ClusterId", "good"),
            ("Routes:other1:Match:Path", "/api/other"), ("Routes:other1:ClusterId", "good"), ("Routes:other1:Match:Methods:0", "GET"),
            ("Routes:other2:Match:Path", "/api/other"), ("Routes:other2:ClusterId", "good"), ("Routes:other2:Match:Methods:0", "PUT"),
            ("Routes:other3:Match:Path", "/api/other"), ("Routes:other3:ClusterId", "good"), ("Routes:other3:Order", "1"),
            ("Routes:other4:Match:Path", "/api/other"), ("Routes:other4:ClusterId", "good"), ("Routes:other4:Match:Hosts:0", "other.example.com"),
            ("Clusters:good:Destinations:a:Address", "http://127.0.0.1:1"),
            ("Clusters:empty:LoadBalancingPolicy", "Random"),
            ("Clusters:wrong:Destinations:a:Address", "https://user:canary@example.com"), ("Clusters:wrong:Destinations:b:Address", "ftp://example.com"), ("Clusters:wrong:Destinations:c:Address", "/relative"),
            ("Clusters:wrong:Destinations:d:Address", "https://example.com/?canary"), ("Clusters:wrong:Destinations:e:Address", "https://example.com/base/"),
            ("Clusters:policy:Destinations:a:Address", "http://127.0.0.1:1"), ("Clusters:policy:LoadBalancingPolicy", "Nonsense"),
        })
        {
            settings[$"ReverseProxy:{key}"] = value;
        }

        var (exitCode, output) = await BrokerProcess.RunAsync(settings, "check");

        Assert.Equal(78, exitCode);
        string[] keys =
        [
            "Routes:shadow:Match:Path", "Routes:all:Match:Path", "Routes:apis:Match:Path", "Routes:hosts:Match:Path", "Routes:token:Metadata:BffBroker.Token", "Routes:spelt:Metadata:BffBroker.Scopes",
            "Routes:scope:Metadata:BffBroker.Scope", "Routes:both:Metadata:BffBroker.Scope", "Routes:lost:ClusterId", "Routes:policy:CorsPolicy", "Routes:policy:AuthorizationPolicy", "Routes:policy:Timeout", "Routes:star:Match:Path", "Routes:alike2:Match",
            "Routes:yarp", "Clusters:empty:Destinations", "Clusters:wrong:Destinations:a:Address", "Clusters:wrong:Destinations:b:Address", "Clusters:wrong:Destinations:c:Address",
            "Clusters:wrong:Destinations:d:Address", "Clusters:policy",
        ];
        Assert.All(keys, key => Assert.Contains($"- ReverseProxy:{key}: ", output, StringComparison.Ordinal));
        Assert.Equal(keys.Length + 1, output.Split("\n- ").Length);
        Assert.DoesNotContain("canary", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_at_all_is_a_problem_too()
    {
        var settings = BrokerProcess.Settings(new("http://127.0.0.1:1"), "127.0.0.1:1", "x:", _folder.Path);
        settings["ReverseProxy:Routes:x:Order"] = "first";

        var (exitCode, output) = await BrokerProcess.RunAsync(settings, "check");

        Assert.Equal(78, exitCode);
        Assert.Contains("- ReverseProxy: Cannot be read", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_checked_beside_a_broken_one()
    {
        var settings = BrokerProcess.Settings(new("http://127.0.0.1:1"), "127.0.0.1:1", "x:", _folder.Path);
        (settings["Amazon:ClientId"], settings["ReverseProxy:Routes:shadow:Match:Path"]) = ("", "/login");

        var (exitCode, output) = await BrokerProcess.RunAsync(settings, "check");

        Assert.Equal(78, exitCode);
        Assert.Contains("- Amazon:ClientId: ", output, StringComparison.Ordinal);
        Assert.Contains("- ReverseProxy:Routes:shadow:Match:Path: ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Cannot be read", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_section_is_valid()
    {
        var settings = BrokerProcess.Settings(new("http://127.0.0.1:1"), "127.0.0.1:1", "x:", _folder.Path);
        foreach (var (key, value) in ApiWorld.Settings(new("https://api.example.com/base/")))
        {
            settings[key] = value;
        }

        var (exitCode, output) = await BrokerProcess.RunAsync(settings, "check");

        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task A_change_takes_effect_while_it_runs_and_one_that_is_not_valid_does_not_and_is_told()
    {
        var log = new LogRecorder();
        await using var world = await ApiWorld.LoggedInAsync(log.Settings(Serilog.Events.LogEventLevel.Information));
        var configuration = (IConfigurationRoot)world.World.Broker.Services.GetRequiredService<IConfiguration>();

        configuration["ReverseProxy:Routes:new:Match:Path"] = "/api/new";
        configuration["ReverseProxy:Routes:new:ClusterId"] = "upstream";
        configuration.Reload();
        await Wait.UntilAsync(async () => (await world.GetAsync("/api/new")).StatusCode == HttpStatusCode.OK, "the new route");

        configuration["ReverseProxy:Routes:orders:Match:Path"] = "/login";
        configuration["ReverseProxy:Routes:new:Metadata:BffBroker.Token"] = "nobody";
        configuration.Reload();
        await Wait.UntilAsync(() => log.Lines.Any(line => line.Contains("ReverseProxy:Routes:orders:Match:Path", StringComparison.Ordinal) && line.Contains("stay in force", StringComparison.Ordinal)), "the log to say so");
        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync("/api/orders")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync("/api/new")).StatusCode);

        configuration["ReverseProxy:Routes:orders:Match:Path"] = "/api/orders/{**rest}";
        configuration["ReverseProxy:Routes:new:Metadata:BffBroker.Token"] = "user";
        configuration["ReverseProxy:Clusters:upstream:Destinations:only:Address"] = "http://user:secret@127.0.0.1:1";
        configuration.Reload();
        await Wait.UntilAsync(() => log.Lines.Any(line => line.Contains("Destinations:only:Address", StringComparison.Ordinal) && line.Contains("stay in force", StringComparison.Ordinal)), "the log to say so");
        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync("/api/orders")).StatusCode);

        configuration["ReverseProxy:Clusters:upstream:Destinations:only:Address"] = world.Upstream.Url.ToString();
        configuration["ReverseProxy:Routes:orders:Match:Path"] = "/api/renamed";
        configuration["ReverseProxy:Routes:new:Metadata:BffBroker.Token"] = "user";
        configuration.Reload();
        await Wait.UntilAsync(async () => (await world.GetAsync("/api/renamed")).StatusCode == HttpStatusCode.OK, "the route's new path");
        Assert.Equal(HttpStatusCode.NotFound, (await world.GetAsync("/api/orders")).StatusCode);
    }
}
