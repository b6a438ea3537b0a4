using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using BffBroker.Tests.Gateways;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Deploy;

/// <summary>What the compose files and their one-shot services tell the brokers, read as the brokers read it.</summary>
public sealed partial class ComposeSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ComposeKind.Simulated)]
    [InlineData(ComposeKind.Amazon)]
    public async Task A_broker_has_all_it_needs_and_no_setting_that_it_does_not_know(ComposeKind kind)
    {
        var compose = ComposeFile.Of(kind);
        await MakeSecretsAsync(compose);
        var broker = compose.Services["broker"];
        var environment = broker.Environment;

        Assert.Contains(("keys", Path.GetDirectoryName(environment["KeyRing__CertificateFile"])!), broker.Volumes);
        Assert.Contains(("broker-secrets", "/run/secrets"), broker.Volumes);
        Assert.Equal("new-certificate " + environment["KeyRing__CertificateFile"], compose.Services["certificate"].Command);
        environment["KeyRing__CertificateFile"] = CertificateFile.Create(_folder.Path).Path;

        Assert.Empty(DeployedSettings.ProblemsOf(environment, Path.Combine(_folder.Path, "broker")));
        Assert.Empty(DeployedSettings.UnknownOf(environment.Keys));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_secret_is_made_once_for_all_who_need_it()
    {
        await MakeSecretsAsync(ComposeFile.Simulated());
        var (redis, broker) = (Read("redis/redis.conf"), Read("broker/ConnectionStrings__Redis"));

        Assert.Matches("^requirepass [A-Za-z0-9_-]{44}\n$", redis);
        Assert.Equal($"redis:6379,password={redis.Split(' ')[1]}", broker);

        File.Delete(Path.Combine(_folder.Path, "broker/ConnectionStrings__Redis")); // as after a crash between the two
        await MakeSecretsAsync(ComposeFile.Amazon(ComposeFile.RealAmazon));

        Assert.Equal((redis, broker), (Read("redis/redis.conf"), Read("broker/ConnectionStrings__Redis")));
        Assert.Equal("own-secret\n", Read("broker/Amazon__ClientSecret"));
        Assert.All(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories), file =>
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)));
    }

    /// <summary>The simulator's own is public, and opens nothing but the simulator. One's own goes through the service that writes it into a file, and no further.</summary>
    [Fact]
    public void No_secret_is_in_a_file_or_in_the_environment_of_what_stays()
    {
        var secret = ComposeFile.RealAmazon.Single(variable => variable.Name == "AMAZON_CLIENT_SECRET").Value;
        var amazon = ComposeFile.Amazon(ComposeFile.RealAmazon).Services.Values;

        Assert.Equal(["secrets"], amazon.Where(service => service.Environment.ContainsValue(secret)).Select(service => service.Name));
        Assert.True(amazon.Single(service => service.Name == "secrets").IsOneShot);
        Assert.All(new[] { "docker-compose.yml", "deploy/compose.amazon.yml", ".env.example" }, file =>
        {
            var text = Comment.Replace(File.ReadAllText(Path.Combine(Sources.Root, file)), "").Replace(AmazonSimulator.SimulatedClient.DefaultSecret, "", StringComparison.Ordinal);
            Assert.DoesNotMatch(LooksLikeSecret, text);
        });
    }

    [Theory]
    [InlineData("8080", "9090")]
    [InlineData("8090", "9091")]
    public void The_parts_name_each_other_by_the_ports_that_are_published(string port, string simulatorPort)
    {
        var services = ComposeFile.Simulated(("PORT", port), ("SIMULATOR_PORT", simulatorPort)).Services;
        var (broker, simulator) = (services["broker"].Environment, services["simulator"]);

        Assert.Equal([$"127.0.0.1:{port}:8080"], services["caddy"].Ports);
        Assert.Equal("http://:8080", services["caddy"].Environment["SITE"]);
        Assert.Equal($"http://localhost:{port}", broker["Broker__PublicUrl"]);
        Assert.Equal($"http://localhost:{port}/callback", simulator.Environment["Simulator__Clients__0__RedirectUris__0"]);
        Assert.Equal([$"127.0.0.1:{simulatorPort}:9090"], simulator.Ports);
        Assert.Equal($"http://localhost:{simulatorPort}/ap/oa", broker["Amazon__AuthorizationEndpoint"]);
        Assert.Equal((broker["Amazon__ClientId"], services["secrets"].Environment["CLIENT_SECRET"]), (simulator.Environment["Simulator__Clients__0__Id"], simulator.Environment["Simulator__Clients__0__Secret"]));
    }

    private string Read(string file) => File.ReadAllText(Path.Combine(_folder.Path, file));

    // The shipped script, for folders of the test's own, whose files it leaves to whoever runs it.
    private async Task MakeSecretsAsync(ComposeFile compose)
    {
        var service = compose.Services["secrets"];
        Assert.Equal("sh /secrets.sh", service.Command);
        Assert.Equal(["/secrets.sh", "/data", "/redis", "/broker"], service.Volumes.Select(volume => volume.Target));
        foreach (var folder in new[] { "redis", "broker" })
        {
            Directory.CreateDirectory(Path.Combine(_folder.Path, folder));
        }

        var script = ShippedFile.Read("compose/secrets.sh").With("chown ", "true ").With("/redis/", $"{_folder.Path}/redis/").With("/broker/", $"{_folder.Path}/broker/");
        await Programs.OutputOfAsync("/bin/sh", service.Environment, "-c", script.Text);
    }

    [GeneratedRegex("#.*")]
    private static partial Regex Comment { get; }

    [GeneratedRegex("amzn1\\.oa2-cs|(password|pass|secret|key)[\"']?( *[=:] *|  *)[\"']?[a-z0-9+/]{4}", RegexOptions.IgnoreCase)]
    private static partial Regex LooksLikeSecret { get; }
}
