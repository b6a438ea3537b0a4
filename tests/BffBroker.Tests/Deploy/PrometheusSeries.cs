using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using BffBroker.Telemetry;

namespace BffBroker.Tests.Deploy;

/// <summary>The instruments of this process, with the names that the OpenTelemetry collector's Prometheus exporter gives them.</summary>
internal sealed class PrometheusSeries : IDisposable
{
    // Of those that the broker exports.
    private static readonly string[] Meters = [BrokerMeter.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, bool> _names = new();
    private readonly ConcurrentDictionary<(string Name, string Label, string Word), bool> _labels = new();

    public PrometheusSeries()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Meters.Contains(instrument.Meter.Name))
            {
                Array.ForEach(NamesOf(instrument), name => _names[name] = true);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Add(instrument, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, tags));
        _listener.Start();
    }

    public IEnumerable<string> Names => _names.Keys;

    /// <summary>Those measured so far.</summary>
    public IEnumerable<(string Name, string Label, string Word)> Labels => _labels.Keys;

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (key, value) in tags)
        {
            Array.ForEach(NamesOf(instrument), name => _labels[(name, Underscored(key), $"{value}")] = true);
        }
    }

    private static string[] NamesOf(Instrument instrument)
    {
        // A unit in braces is a comment.
        var name = Underscored(instrument.Name) + (instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" });
        var kind = instrument.GetType().Name;
        return kind.StartsWith("Histogram", StringComparison.Ordinal) ? [name + "_bucket", name + "_count", name + "_sum"]
            : kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal) ? [name + "_total"]
            : [name];
    }

    private static string Underscored(string name) => name.Replace('.', '_');
}
