using System.Text.Json.Nodes;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Deploy;

/// <summary>The compose override, and whether its parts find each other.</summary>
public sealed class ObservabilityComposeTests
{
    private static readonly JsonNode Compose = ObservabilityFiles.Read("compose.yml");

    private static IReadOnlyDictionary<string, JsonNode> Services { get; } =
        Compose.Keys("services").Where(name => name != "broker").ToDictionary(name => name, name => Compose.At("services", name));

    /// <summary>What else contains them is asked of every service: <see cref="ComposeTests"/>.</summary>
    [Fact]
    public void Each_service_has_a_user_that_is_not_root_and_a_limit_of_memory() => Assert.All(Services.Values, service =>
    {
        Assert.Matches("^[1-9][0-9]*:[0-9]+$", service.Text("user"));
        Assert.EndsWith("m", service.Text("mem_limit"), StringComparison.Ordinal);
    });

    [Fact]
    public void Only_Grafana_is_published_on_the_loopback_alone_with_no_account_in_it()
    {
        var published = Assert.Single(Services, service => service.Value["ports"] is not null);

        Assert.Equal("grafana", published.Key);
        Assert.Equal(["127.0.0.1:3000:3000"], published.Value.Texts("ports"));
        Assert.Equal("Viewer", published.Value.Text("environment", "GF_AUTH_ANONYMOUS_ORG_ROLE"));
        Assert.Equal("true", published.Value.Text("environment", "GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION"));
        Assert.Equal("true", published.Value.Text("environment", "GF_AUTH_DISABLE_LOGIN_FORM"));
        Assert.DoesNotContain("PASSWORD", File.ReadAllText(ObservabilityFiles.PathOf("compose.yml")), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("otel-collector.yml")]
    [InlineData("jaeger.yml")]
    public void Every_component_of_a_pipeline_is_configured_and_every_configured_one_is_used(string file)
    {
        var configuration = ObservabilityFiles.Read(file);
        var pipelines = configuration.Keys("service", "pipelines").Select(name => configuration.At("service", "pipelines", name)).ToList();

        Assert.NotEmpty(pipelines);
        Assert.All((string[])["receivers", "processors", "exporters"], kind => Assert.Equal(
            configuration.Keys(kind).Order(),
            pipelines.SelectMany(pipeline => pipeline.Texts(kind)).Distinct().Order()));
        Assert.Equal(configuration.Keys("extensions"), configuration.Texts("service", "extensions"));
    }

    [Fact]
    public void Each_part_asks_the_next_where_it_listens()
    {
        var collector = ObservabilityFiles.Read("otel-collector.yml");
        var asked = new Dictionary<string, string>
        {
            [Compose.Text("services", "broker", "environment", "OTEL_EXPORTER_OTLP_ENDPOINT")] = "http://otel-collector:" + PortOf(collector.At("receivers", "otlp", "protocols", "grpc")),
            [collector.Text("exporters", "otlp/jaeger", "endpoint")] = "jaeger:" + PortOf(ObservabilityFiles.Read("jaeger.yml").At("receivers", "otlp", "protocols", "grpc")),
            [ObservabilityFiles.Read("prometheus.yml").Items("scrape_configs").First().Items("static_configs").First().Texts("targets").First()] = "otel-collector:" + PortOf(collector.At("exporters", "prometheus")),
        };

        Assert.All(asked, pair => Assert.Equal(pair.Value, pair.Key));
    }

    [Fact]
    public void Every_panel_asks_a_data_source_that_is_provisioned()
    {
        var sources = ObservabilityFiles.Read("grafana/provisioning/datasources/datasources.yml").Items("datasources").ToList();

        Assert.All(sources, source => Assert.Contains(new Uri(source.Text("url")).Host, Services.Keys));
        Assert.Equal(
            sources.Select(source => source.Text("uid")).Order(),
            ObservabilityFiles.Panels.Select(panel => panel.Find("datasource", "uid")?.Text()).OfType<string>().Distinct().Order());
    }

    private static string PortOf(JsonNode listener) => listener.Text("endpoint").Split(':')[^1];
}
