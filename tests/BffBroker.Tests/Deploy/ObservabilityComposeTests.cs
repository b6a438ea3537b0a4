using System.Text.Json.Nodes;
using BffBroker.Tests.Rules;

namespace BffBroker.Tests.Deploy;

/// <summary>The compose override, and whether its parts find each other.</summary>
public sealed class ObservabilityComposeTests
{
    private static readonly JsonNode Compose = ObservabilityFiles.Yaml("compose.yml");

    private static IReadOnlyDictionary<string, JsonNode> Services { get; } =
        Compose.At("services").AsObject().Where(service => service.Key != "broker").ToDictionary(service => service.Key, service => service.Value!);

    [Fact]
    public void Each_service_is_pinned_and_contained() => Assert.All(Services.Values, service =>
    {
        Assert.Matches(@"^docker\.io/[\w./-]+:v?\d+\.\d+\.\d+$", service.At("image").Text);
        Assert.Matches("^[1-9][0-9]*:[0-9]+$", service.At("user").Text);
        Assert.Equal("true", service.At("read_only").Text);
        Assert.Equal(["ALL"], service.At("cap_drop").Texts);
        Assert.Equal(["no-new-privileges:true"], service.At("security_opt").Texts);
        Assert.EndsWith("m", service.At("mem_limit").Text, StringComparison.Ordinal);
    });

    [Fact]
    public void Only_Grafana_is_published_on_the_loopback_alone_with_no_account_in_it()
    {
        var published = Assert.Single(Services, service => service.Value["ports"] is not null);

        Assert.Equal("grafana", published.Key);
        Assert.Equal(["127.0.0.1:3000:3000"], published.Value.At("ports").Texts);
        Assert.Equal("Viewer", published.Value.At("environment", "GF_AUTH_ANONYMOUS_ORG_ROLE").Text);
        Assert.Equal("true", published.Value.At("environment", "GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION").Text);
        Assert.Equal("true", published.Value.At("environment", "GF_AUTH_DISABLE_LOGIN_FORM").Text);
        Assert.DoesNotContain("PASSWORD", File.ReadAllText(ObservabilityFiles.PathOf("compose.yml")), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Every_file_that_is_mounted_exists_and_every_volume_and_network_is_declared()
    {
        var mounts = Services.Values.SelectMany(service => service["volumes"]?.Texts ?? []).ToLookup(mount => mount.StartsWith('.'), mount => mount.Split(':')[0]);

        Assert.All(mounts[true], source => Assert.True(Path.Exists(Path.Combine(Sources.Root, source)), source));
        Assert.Equal(mounts[false], Compose.At("volumes").AsObject().Select(volume => volume.Key));
        Assert.Equal(
            Compose.At("networks").AsObject().Select(network => network.Key).Order(),
            Compose.At("services").AsObject().SelectMany(service => service.Value!.At("networks").Texts).Distinct().Order());
    }

    [Theory]
    [InlineData("otel-collector.yml")]
    [InlineData("jaeger.yml")]
    public void Every_component_of_a_pipeline_is_configured_and_every_configured_one_is_used(string file)
    {
        var configuration = ObservabilityFiles.Yaml(file);
        var pipelines = configuration.At("service", "pipelines").AsObject().Select(pipeline => pipeline.Value!).ToList();

        Assert.All((string[])["receivers", "processors", "exporters"], kind => Assert.Equal(
            configuration.At(kind).AsObject().Select(component => component.Key).Order(),
            pipelines.SelectMany(pipeline => pipeline.At(kind).Texts).Distinct().Order()));
        Assert.Equal(
            configuration["extensions"]?.AsObject().Select(extension => extension.Key) ?? [],
            configuration.At("service")["extensions"]?.Texts ?? []);
    }

    [Fact]
    public void Each_part_asks_the_next_where_it_listens()
    {
        var collector = ObservabilityFiles.Yaml("otel-collector.yml");
        var asked = new Dictionary<string, string>
        {
            [Compose.At("services", "broker", "environment", "OTEL_EXPORTER_OTLP_ENDPOINT").Text] = "http://otel-collector:" + PortOf(collector.At("receivers", "otlp", "protocols", "grpc")),
            [collector.At("exporters", "otlp/jaeger", "endpoint").Text] = "jaeger:" + PortOf(ObservabilityFiles.Yaml("jaeger.yml").At("receivers", "otlp", "protocols", "grpc")),
            [ObservabilityFiles.Yaml("prometheus.yml").At("scrape_configs")[0]!.At("static_configs")[0]!.At("targets")[0]!.Text] = "otel-collector:" + PortOf(collector.At("exporters", "prometheus")),
        };

        Assert.All(asked, pair => Assert.Equal(pair.Value, pair.Key));
    }

    [Fact]
    public void Every_panel_asks_a_data_source_that_is_provisioned()
    {
        var sources = ObservabilityFiles.Yaml("grafana/provisioning/datasources/datasources.yml").At("datasources").AsArray().Select(source => source!).ToList();

        Assert.All(sources, source => Assert.Contains(new Uri(source.At("url").Text).Host, Services.Keys));
        Assert.Equal(
            sources.Select(source => source.At("uid").Text).Order(),
            ObservabilityFiles.Panels.Select(panel => panel["datasource"]?.At("uid").Text).OfType<string>().Distinct().Order());
    }

    private static string PortOf(JsonNode listener) => listener.At("endpoint").Text.Split(':')[^1];
}
