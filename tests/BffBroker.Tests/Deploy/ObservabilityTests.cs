using System.Text.RegularExpressions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Deploy;

/// <summary>Alerts and dashboard, judged by Prometheus' own tool, and held to the metrics that there are.</summary>
public sealed partial class ObservabilityTests
{
    private static readonly string[] OwnToPrometheus = ["up", "ALERTS"];
    private static readonly string[] LabelsOfPrometheus = ["job", "instance", "le", "alertstate"];

    private static IEnumerable<string> Expressions => ObservabilityFiles.Queries.Concat(ObservabilityFiles.Alerts.Select(alert => alert.Text("expr")));

    [Fact]
    public Task Prometheus_takes_its_configuration_and_the_alerts() => PromtoolAsync("check", "config", ObservabilityFiles.PathOf("prometheus.yml"));

    [Fact]
    public Task Alerts_fire_on_what_they_are_for_and_are_silent_otherwise() => PromtoolAsync("test", "rules", ObservabilityFiles.PathOf("alerts.test.yml"));

    [Fact]
    public void Each_alert_is_tried_both_ways()
    {
        var tries = ObservabilityFiles.Read("alerts.test.yml").Items("tests").SelectMany(test => test.Items("alert_rule_test"))
            .Select(check => (Name: check.Text("alertname"), Fires: check.Items("exp_alerts").Any())).ToHashSet();

        Assert.All(ObservabilityFiles.Alerts.Select(alert => alert.Text("alert")), name =>
        {
            Assert.Contains((name, true), tries);
            Assert.Contains((name, false), tries);
        });
    }

    [Fact]
    public void Each_alert_waits_says_how_bad_it_is_and_names_its_section()
    {
        var guide = File.ReadAllText(ObservabilityFiles.PathOf("README.md"));
        var sections = Section.Matches(guide).Select(match => match.Groups[1].Value);

        Assert.Equal(ObservabilityFiles.Alerts.Select(alert => alert.Text("alert")).Order(), sections.Order());
        Assert.All(ObservabilityFiles.Alerts, alert =>
        {
            Assert.Matches("^[1-9][0-9]*m$", alert.Text("for"));
            Assert.Contains(alert.Text("labels", "severity"), (string[])["critical", "warning"]);
            Assert.NotEmpty(alert.Text("annotations", "summary"));
            Assert.Equal($"deploy/observability/README.md#{alert.Text("alert").ToLowerInvariant()}", alert.Text("annotations", "runbook"));
        });
    }

    [Fact]
    public async Task Every_query_of_the_dashboard_is_one()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "queries.yml");
        var rules = ObservabilityFiles.Queries.Select((query, number) => $"  - record: query:{number}\n    expr: '{query.Replace("'", "''", StringComparison.Ordinal)}'\n");
        await File.WriteAllTextAsync(file, $"groups:\n- name: dashboard\n  rules:\n{string.Concat(rules)}", TestContext.Current.CancellationToken);

        await PromtoolAsync("check", "rules", file);
    }

    [Fact]
    public void Every_panel_says_what_is_normal()
    {
        var panels = ObservabilityFiles.Panels.Where(panel => panel.Text("type") != "row").ToList();

        Assert.NotEmpty(panels);
        Assert.All(panels, panel => Assert.StartsWith("Normal: ", panel.Text("description"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_metric_label_and_word_is_one_that_a_broker_has()
    {
        using var series = new PrometheusSeries();
        await using var world = await World.StartAsync();
        await world.LogInAsync();
        var labels = series.Labels.ToList();
        var words = labels.ToHashSet();

        Assert.Empty(Expressions.SelectMany(PromQl.MetricsOf).Except(series.Names).Except(OwnToPrometheus));
        Assert.Empty(Expressions.SelectMany(PromQl.LabelsOf).Except(labels.Select(label => label.Label)).Except(LabelsOfPrometheus).Except(["error_type"]));
        Assert.All(Expressions.SelectMany(PromQl.MatchersOf).Where(matcher => matcher.Label is "outcome" or "reason" or "operation").Distinct(), matcher =>
            Assert.True(matcher.Metric.EndsWith("_total", StringComparison.Ordinal) ? words.Contains(matcher) : IsInSource(matcher.Word), $"{matcher}"));
    }

    // A histogram has no series before its first call.
    private static bool IsInSource(string word) =>
        Sources.Of("src/BffBroker/Amazon").Concat(Sources.Of("src/BffBroker/Redis")).Any(file => File.ReadAllText(file).Contains($"\"{word}\"", StringComparison.Ordinal));

    private static async Task PromtoolAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await Programs.RunAsync(Programs.Require("promtool", "which judges rules and queries", package: "prometheus"), arguments);

        Assert.True(exitCode == 0, output + errors);
    }

    [GeneratedRegex("^### (\\w+)$", RegexOptions.Multiline)]
    private static partial Regex Section { get; }
}
