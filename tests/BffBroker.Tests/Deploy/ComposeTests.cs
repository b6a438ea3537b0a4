using BffBroker.Tests.Support;

namespace BffBroker.Tests.Deploy;

public sealed class ComposeTests
{
    public static TheoryData<ComposeKind> Kinds => new(Enum.GetValues<ComposeKind>());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whatever_a_service_mounts_joins_or_is_built_from_is_there(ComposeKind kind)
    {
        var compose = ComposeFile.Of(kind);
        var services = compose.Services.Values;
        var (own, named) = (services.SelectMany(service => service.Volumes).Where(volume => volume.Source[0] == '.').ToList(),
            services.SelectMany(service => service.Volumes).Where(volume => volume.Source[0] != '.').Select(volume => volume.Source).ToHashSet());

        Assert.NotEmpty(own);
        Assert.All(own, volume => Assert.True(Path.Exists(Path.Combine(Sources.Root, volume.Source)), volume.Source));
        Assert.Equal(compose.Volumes.Order(), named.Order());
        Assert.Equal(compose.Networks.Order(), services.SelectMany(service => service.Networks).Distinct().Order());
        Assert.All(services.Select(service => service.Target).OfType<string>(), target => Dockerfile.Shipped.StageNamed(target));
        Assert.All(services.Where(service => service.Target is null), service => Assert.Matches(@"^docker\.io/[\w./-]+:v?\d+\.\d+\.\d+(-alpine)?$", service.Image));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_service_waits_for_what_can_come_true(ComposeKind kind)
    {
        var services = ComposeFile.Of(kind).Services;
        var waits = services.Values.SelectMany(service => service.DependsOn).ToList();

        Assert.NotEmpty(waits);
        Assert.All(waits, wait => Assert.True(wait.Condition switch
        {
            "service_completed_successfully" => services[wait.Service].IsOneShot,
            "service_healthy" => services[wait.Service].HasHealthCheck,
            _ => services.ContainsKey(wait.Service),
        }, $"{wait}"));
    }

    /// <summary><c>up --wait</c> takes a service that ends for one that failed, unless another waits for its end.</summary>
    [Theory]
    [InlineData(ComposeKind.Simulated)]
    [InlineData(ComposeKind.Amazon)]
    public void Up_returns_when_all_is_healthy_and_what_ends_is_waited_for(ComposeKind kind)
    {
        var services = ComposeFile.Of(kind).Services.Values.ToLookup(service => service.IsOneShot);

        Assert.All(services[false], service => Assert.True(service.HasHealthCheck, service.Name));
        Assert.All(services[true], service => Assert.Contains(services[false], other => other.DependsOn.Any(wait => wait.Service == service.Name)));
        Assert.Equal(2, services[true].Count());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_container_has_a_read_only_root_and_no_rights_but_those_it_names(ComposeKind kind) => Assert.All(ComposeFile.Of(kind).Services.Values, service =>
    {
        Assert.Equal("true", service.Node.Text("read_only"));
        Assert.Equal(["ALL"], service.Node.Texts("cap_drop"));
        Assert.Equal(["no-new-privileges:true"], service.Node.Texts("security_opt"));
        Assert.Empty(service.Node.Texts("cap_add").Except(service.Name switch { "secrets" => ["CHOWN"], "caddy" or "service" => ["NET_BIND_SERVICE"], _ => [] }));
    });

    [Fact]
    public void Only_this_machine_reaches_the_simulated_system_and_only_at_Caddy_and_the_simulator()
    {
        var publishing = ComposeFile.Simulated().Services.Values.Where(service => service.Ports.Any()).ToList();

        Assert.Equal(["caddy", "simulator"], publishing.Select(service => service.Name));
        Assert.All(publishing.SelectMany(service => service.Ports), port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Only_the_brokers_reach_Redis_and_only_Caddy_shares_the_network_that_they_believe(ComposeKind kind)
    {
        var compose = ComposeFile.Of(kind);
        var redis = compose.Services["redis"];

        Assert.Empty(redis.Ports);
        Assert.Equal(["broker"], OthersAt(compose, redis).Where(service => !service.IsOneShot).Select(service => service.Name));
        Assert.Equal(["broker", "caddy"], compose.Services.Values.Where(service => service.Networks.Contains("front")).Select(service => service.Name));
        Assert.Equal("true", compose.Root.Text("networks", "data", "internal"));
    }

    [Fact]
    public void Redis_keeps_what_it_has_acknowledged_and_asks_for_a_password()
    {
        var redis = ComposeFile.Simulated().Services["redis"];

        Assert.StartsWith("redis-server /redis/redis.conf ", redis.Command, StringComparison.Ordinal);
        Assert.Contains("--appendonly yes", redis.Command, StringComparison.Ordinal);
        Assert.Contains("--maxmemory-policy noeviction", redis.Command, StringComparison.Ordinal);
        Assert.Contains(("redis-data", "/data"), redis.Volumes);
    }

    [Fact]
    public void Two_brokers_run_and_get_the_time_to_finish_what_they_have_begun()
    {
        var broker = ComposeFile.Simulated().Services["broker"];

        Assert.Equal(2, broker.Replicas);
        Assert.Equal("30s", broker.Node.Text("stop_grace_period"));
    }

    [Fact]
    public void With_the_real_Amazon_the_simulator_never_starts_and_nobody_waits_for_it()
    {
        var services = ComposeFile.Amazon(ComposeFile.RealAmazon).Services;

        Assert.Equal(["simulator"], services["simulator"].Node.Texts("profiles"));
        Assert.Equal(0, services["simulator"].Replicas);
        Assert.All(services.Values, service => Assert.DoesNotContain(service.DependsOn, wait => wait.Service == "simulator"));
        Assert.All(services.Values.Where(service => service.Name != "simulator").SelectMany(service => service.Environment.Values), value =>
        {
            Assert.DoesNotContain("simulator", value, StringComparison.Ordinal);
            Assert.DoesNotContain(AmazonSimulator.SimulatedClient.DefaultSecret, value, StringComparison.Ordinal);
            Assert.DoesNotContain(AmazonSimulator.SimulatedClient.DefaultId, value, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_real_Amazon_takes_the_three_values_of_the_example_and_no_other()
    {
        var example = File.ReadLines(Path.Combine(Sources.Root, ".env.example")).Where(line => line.Contains('=', StringComparison.Ordinal) && line[0] != '#')
            .Select(line => line.Split('=')[0]);

        Assert.Equal(ComposeFile.RealAmazon.Select(variable => variable.Name), example);
        foreach (var (name, _) in ComposeFile.RealAmazon)
        {
            var told = Assert.Throws<InvalidDataException>(() => ComposeFile.Amazon([.. ComposeFile.RealAmazon.Where(variable => variable.Name != name)]));
            Assert.StartsWith($"{name}: set it in .env", told.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_optional_variable_is_in_the_example()
    {
        var example = File.ReadAllText(Path.Combine(Sources.Root, ".env.example"));
        var used = new[] { "docker-compose.yml", "deploy/compose.amazon.yml" }.SelectMany(file =>
            System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(Path.Combine(Sources.Root, file)), @"\$\{(\w+)").Select(match => match.Groups[1].Value));

        Assert.All(used.Distinct(), name => Assert.Contains($"{name}=", example, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Caddy_serves_the_addresses_that_the_services_have()
    {
        var caddy = ComposeFile.Amazon(ComposeFile.RealAmazon).Services["caddy"];

        var adapted = await Programs.OutputOfAsync(
            Programs.Require("caddy", "to read the Caddyfile"), caddy.Environment, "adapt", "--adapter", "caddyfile", "--config", Path.Combine(Sources.Root, "deploy/caddy/Caddyfile"));

        Assert.Contains("\"app.example.com\"", adapted, StringComparison.Ordinal);
        Assert.Contains("\"dial\":\"broker:8080\"", adapted, StringComparison.Ordinal);
        Assert.Contains("\"dial\":\"service:8080\"", adapted, StringComparison.Ordinal);
    }

    private static IEnumerable<ComposeService> OthersAt(ComposeFile compose, ComposeService service) =>
        compose.Services.Values.Where(other => other.Name != service.Name && other.Networks.Intersect(service.Networks).Any());
}
