using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace BffBroker.Tests.Support;

/// <summary>What an exporter of all traces and all metrics of this process would send away.</summary>
internal sealed class TelemetryRecorder : IDisposable
{
    private readonly ConcurrentDictionary<string, bool> _seen = new();
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters = new();

    public TelemetryRecorder()
    {
        _activities = new()
        {
            ShouldListenTo = _ => true,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            SampleUsingParentId = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = Add,
            ActivityStopped = Add,
            ExceptionRecorder = (_, exception, ref _) => Add(exception.ToString()),
        };
        ActivitySource.AddActivityListener(_activities);

        _meters.InstrumentPublished = (instrument, listener) =>
        {
            Add($"{instrument.Meter.Name} {instrument.Name} {instrument.Description}");
            listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<byte>((_, _, tags, _) => Add(tags));
        _meters.SetMeasurementEventCallback<short>((_, _, tags, _) => Add(tags));
        _meters.SetMeasurementEventCallback<int>((_, _, tags, _) => Add(tags));
        _meters.SetMeasurementEventCallback<long>((_, _, tags, _) => Add(tags));
        _meters.SetMeasurementEventCallback<float>((_, _, tags, _) => Add(tags));
        _meters.SetMeasurementEventCallback<double>((_, _, tags, _) => Add(tags));
        _meters.SetMeasurementEventCallback<decimal>((_, _, tags, _) => Add(tags));
        _meters.Start();
    }

    /// <summary>Names, tags, events, links and baggage, each once.</summary>
    public IEnumerable<string> Lines => _seen.Keys;

    public void Dispose()
    {
        _meters.RecordObservableInstruments();
        _activities.Dispose();
        _meters.Dispose();
    }

    private void Add(Activity activity)
    {
        Add($"{activity.Source.Name} {activity.OperationName} {activity.DisplayName} {activity.StatusDescription} {activity.TraceStateString}");
        Add(activity.TagObjects);
        Add(activity.Baggage.Select(item => KeyValuePair.Create(item.Key, (object?)item.Value)));
        foreach (var (name, tags) in activity.Events.Select(@event => (@event.Name, @event.Tags)).Concat(activity.Links.Select(link => ("link", link.Tags ?? []))))
        {
            Add(name);
            Add(tags);
        }
    }

    private void Add(IEnumerable<KeyValuePair<string, object?>> tags)
    {
        foreach (var (key, value) in tags)
        {
            Add($"{key}={(value is IEnumerable<object> several ? string.Join(',', several) : value)}");
        }
    }

    private void Add(ReadOnlySpan<KeyValuePair<string, object?>> tags) => Add(tags.ToArray().AsEnumerable());

    private void Add(string text) => _seen[text] = true;
}
