using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.RegularExpressions;
using BffBroker.Telemetry;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Rules;

/// <summary>Whoever is woken by a log line or a metric finds it in the operations guide.</summary>
public sealed partial class IncidentTableTests
{
    private const string Guide = "docs/operations.md";

    private const string ByMetric = $"{Guide}, By metric,";

    private static readonly IReadOnlyList<string[]> MetricRows = Documents.Table(Guide, "### By metric");

    [Fact]
    public void The_guide_has_every_event_of_level_Warning_or_above_with_its_level_and_no_other() => Documents.AssertHasJust(
        $"{Guide}, By log event,",
        LogEvents.All.Where(e => e.Level is "Warning" or "Error" or "Critical").Select(e => $"{e.Id} {e.Level}"),
        Documents.Table(Guide, "### By log event").Select(row => row[0]));

    [Fact]
    public void Each_row_of_the_guide_says_what_it_means_and_what_to_do() =>
        Assert.All(Documents.Table(Guide, "### By log event").Concat(MetricRows), row => Assert.All(row, cell => Assert.NotEmpty(cell)));

    [Fact]
    public void The_guide_has_every_instrument() =>
        Documents.AssertHas(ByMetric, Instruments, MetricRows.SelectMany(row => Documents.Literals(row[0])).Select(name => name.Split(' ')[0]));

    [Fact]
    public void The_guide_has_every_word_of_a_reason_or_an_outcome() =>
        Documents.AssertHas(ByMetric, Words, MetricRows.SelectMany(row => Documents.Literals(row[1])));

    [Fact]
    public void The_guide_has_every_operation_on_Redis() => Documents.AssertHas(
        ByMetric,
        new[] { "src/BffBroker/Redis", "src/BffBroker/Sessions" }.SelectMany(Sources.Of).Append(Path.Combine(Sources.Root, "src/BffBroker/Management/HealthChecks.cs"))
            .SelectMany(file => Operation.Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value),
        MetricRows.SelectMany(row => Documents.Literals(row[1])));

    [Fact]
    public async Task Every_word_of_a_counter_is_shown_as_0_from_the_start()
    {
        var shown = new ConcurrentBag<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, itself) =>
        {
            if (instrument.Meter.Name == BrokerMeter.Name && instrument is Counter<long>)
            {
                itself.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if (value == 0 && tags.Length > 0)
            {
                shown.Add($"{tags[0].Value}");
            }
        });
        listener.Start();

        await new MetricsAtZero(Meters.New()).StartAsync(TestContext.Current.CancellationToken);

        Documents.AssertHas("MetricsAtZero", Words, shown);
    }

    [Fact]
    public void The_guide_has_every_word_that_the_meter_explains() =>
        Documents.AssertHas(ByMetric, WordsOfMeter, MetricRows.SelectMany(row => row).SelectMany(Documents.Literals));

    private static IReadOnlyList<string> Instruments
    {
        get
        {
            var names = new List<string>();
            using var listener = new MeterListener();
            listener.InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == BrokerMeter.Name)
                {
                    names.Add(instrument.Name);
                }
            };
            _ = Meters.New();
            listener.Start();
            return [.. names.Distinct()];
        }
    }

    private static IEnumerable<string> Words => WordClasses.SelectMany(WordsOf);

    private static IEnumerable<Type> WordClasses =>
        typeof(BrokerMeter).Assembly.GetTypes().Where(type => type is { IsAbstract: true, IsSealed: true } && WordClass.IsMatch(type.Name));

    private static IEnumerable<string> WordsOf(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(word => word.IsLiteral).Select(word => (string)word.GetRawConstantValue()!);

    private static IEnumerable<string> WordsOfMeter => File.ReadLines(Path.Combine(Sources.Root, "src/BffBroker/Telemetry/BrokerMeter.cs"))
        .SkipWhile(line => !line.Contains("public BrokerMeter(", StringComparison.Ordinal))
        .SelectMany(line => CodeWord.Matches(line)).Select(match => match.Groups[1].Value);

    [GeneratedRegex("(Reason|Outcome|Step)$")]
    private static partial Regex WordClass { get; }

    [GeneratedRegex(@"(?:RedisScript \w+ = new|DeleteOwn|RunAsync)\(\W([a-z_]+)\W")]
    private static partial Regex Operation { get; }

    [GeneratedRegex("<c>([a-z_]+)</c>")]
    private static partial Regex CodeWord { get; }
}
