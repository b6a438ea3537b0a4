using System.Net;
using BffBroker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Api;

public sealed class ApiConfigurationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_problem_of_the_section_is_told_at_once_with_its_key_and_the_exit_code_is_78()
    {
        var (exitCode, output) = await CheckAsync(
            ("ReverseProxy:Routes:shadow:Match:Path", "/login"), ("ReverseProxy:Routes:shadow:ClusterId", "good"),
            ("ReverseProxy:Routes:all:Match:Path", "/{**canary}"), ("ReverseProxy:Routes:all:ClusterId", "good"),
            ("ReverseProxy:Routes:apis:Match:Path", "/apis/x"), ("ReverseProxy:Routes:apis:ClusterId", "good"),
            ("ReverseProxy:Routes:hosts:Match:Hosts:0", "example.com"), ("ReverseProxy:Routes:hosts:ClusterId", "good"),
            ("ReverseProxy:Routes:token:Match:Path", "/api/token"), ("ReverseProxy:Routes:token:ClusterId", "good"), ("ReverseProxy:Routes:token:Metadata:BffBroker.Token", "canary"),
            ("ReverseProxy:Routes:spelt:Match:Path", "/api/spelt"), ("ReverseProxy:Routes:spelt:ClusterId", "good"), ("ReverseProxy:Routes:spelt:Metadata:BffBroker.Scopes", "profile"),
            ("ReverseProxy:Routes:scope:Match:Path", "/api/scope"), ("ReverseProxy:Routes:scope:ClusterId", "good"), ("ReverseProxy:Routes:scope:Metadata:BffBroker.Scope", "profile canary"),
            ("ReverseProxy:Routes:both:Match:Path", "/api/both"), ("ReverseProxy:Routes:both:ClusterId", "good"), ("ReverseProxy:Routes:both:Metadata:BffBroker.Scope", "profile"), ("ReverseProxy:Routes:both:Metadata:BffBroker.Token", "none"),
            ("ReverseProxy:Routes:lost:Match:Path", "/api/lost"), ("ReverseProxy:Routes:lost:ClusterId", "canary"),
            ("ReverseProxy:Routes:policy:Match:Path", "/api/policy"), ("ReverseProxy:Routes:policy:ClusterId", "good"), ("ReverseProxy:Routes:policy:CorsPolicy", "disable"), ("ReverseProxy:Routes:policy:AuthorizationPolicy", "default"), ("ReverseProxy:Routes:policy:Timeout", "00:00:10"),
            ("ReverseProxy:Routes:star:Match:Path", "/api/star/*"), ("ReverseProxy:Routes:star:ClusterId", "good"),
            ("ReverseProxy:Routes:yarp:Match:Path", "/api/yarp/{"), ("ReverseProxy:Routes:yarp:ClusterId", "good"),
            ("ReverseProxy:Routes:alike1:Match:Path", "/api/alike/{one}"), ("ReverseProxy:Routes:alike1:ClusterId", "good"), ("ReverseProxy:Routes:alike2:Match:Path", "/api/Alike/{one}"), ("ReverseProxy:Routes:alike2:ClusterId", "good"),
            ("ReverseProxy:Routes:other1:Match:Path", "/api/other"), ("ReverseProxy:Routes:other1:ClusterId", "good"), ("ReverseProxy:Routes:other1:Match:Methods:0", "GET"),
            ("ReverseProxy:Routes:other2:Match:Path", "/api/other"), ("ReverseProxy:Routes:other2:ClusterId", "good"), ("ReverseProxy:Routes:other2:Match:Methods:0", "PUT"),
            ("ReverseProxy:Routes:other3:Match:Path", "/api/other"), ("ReverseProxy:Routes:other3:ClusterId", "good"), ("ReverseProxy:Routes:other3:Order", "1"),
            ("ReverseProxy:Routes:other4:Match:Path", "/api/other"), ("ReverseProxy:Routes:other4:ClusterId", "good"), ("ReverseProxy:Routes:other4:Match:Hosts:0", "other.example.com"),
            ("ReverseProxy:Routes:lists:Match:Path", "/api/lists"), ("ReverseProxy:Routes:lists:ClusterId", "good"), ("ReverseProxy:Routes:lists:Match:Methods", "GET"), ("ReverseProxy:Routes:lists:Match:Hosts", ""),
            ("ReverseProxy:Routes:lists:Match:Headers", ""), ("ReverseProxy:Routes:lists:Match:QueryParameters", "canary"), ("ReverseProxy:Routes:lists:Metadata:BffBroker.Scope:0", "profile"),
            ("ReverseProxy:Clusters:good:Destinations:a:Address", "http://127.0.0.1:1"),
            ("ReverseProxy:Clusters:empty:LoadBalancingPolicy", "Random"),
            ("ReverseProxy:Clusters:wrong:Destinations:a:Address", "https://user:canary@example.com"), ("ReverseProxy:Clusters:wrong:Destinations:b:Address", "ftp://example.com"), ("ReverseProxy:Clusters:wrong:Destinations:c:Address", "/relative"),
            ("ReverseProxy:Clusters:wrong:Destinations:d:Address", "https://example.com/?canary"), ("ReverseProxy:Clusters:wrong:Destinations:e:Address", "https://example.com/base/"),
            ("ReverseProxy:Clusters:policy:Destinations:a:Address", "http://127.0.0.1:1"), ("ReverseProxy:Clusters:policy:LoadBalancingPolicy", "Nonsense"));

        Assert.Equal(78, exitCode);
        string[] keys =
        [
            "Routes:shadow:Match:Path", "Routes:all:Match:Path", "Routes:apis:Match:Path", "Routes:hosts:Match:Path", "Routes:token:Metadata:BffBroker.Token", "Routes:spelt:Metadata:BffBroker.Scopes",
            "Routes:scope:Metadata:BffBroker.Scope", "Routes:both:Metadata:BffBroker.Scope", "Routes:lost:ClusterId", "Routes:policy:CorsPolicy", "Routes:policy:AuthorizationPolicy", "Routes:policy:Timeout", "Routes:star:Match:Path", "Routes:alike2:Match",
            "Routes:lists:Match:Methods", "Routes:lists:Match:Hosts", "Routes:lists:Match:Headers", "Routes:lists:Match:QueryParameters", "Routes:lists:Metadata:BffBroker.Scope",
            "Routes:yarp", "Clusters:empty:Destinations", "Clusters:wrong:Destinations:a:Address", "Clusters:wrong:Destinations:b:Address", "Clusters:wrong:Destinations:c:Address",
            "Clusters:wrong:Destinations:d:Address", "Clusters:policy",
        ];
        Assert.All(keys, key => Assert.Contains($"- ReverseProxy:{key}: ", output, StringComparison.Ordinal));
        Assert.Equal(keys.Length + 1, output.Split("\n- ").Length);
        Assert.DoesNotContain("canary", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_section_that_cannot_be_read_at_all_is_a_problem_too()
    {
        var (exitCode, output) = await CheckAsync(("ReverseProxy:Routes:x:Order", "first"));

        Assert.Equal(78, exitCode);
        Assert.Contains("- ReverseProxy: Cannot be read", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_section_is_checked_although_another_one_is_broken()
    {
        var (exitCode, output) = await CheckAsync(("Amazon:ClientId", ""), ("ReverseProxy:Routes:shadow:Match:Path", "/login"));

        Assert.Equal(78, exitCode);
        Assert.Contains("- Amazon:ClientId: ", output, StringComparison.Ordinal);
        Assert.Contains("- ReverseProxy:Routes:shadow:Match:Path: ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Cannot be read", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_section_is_valid()
    {
        var (exitCode, output) = await CheckAsync(ApiWorld.Settings(new("https://api.example.com/base/")));

        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task A_change_takes_effect_while_it_runs_and_one_that_is_not_valid_does_not_and_is_told()
    {
        var log = new RecordingSink();
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

    private Task<(int ExitCode, string Output)> CheckAsync(params (string Key, string Value)[] settings)
    {
        var all = BrokerProcess.Settings(new("http://127.0.0.1:1"), "127.0.0.1:1", "x:", _folder.Path);
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return BrokerProcess.RunAsync(all, "check");
    }
}
