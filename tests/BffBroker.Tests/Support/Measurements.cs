using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using BffBroker.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Support;

/// <summary>What the instruments of one broker measure, each as its name and the values of its tags.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();

    public Measurements(IServiceProvider services)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == BrokerMeter.Name && instrument.Meter.Scope == factory)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Add(instrument, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, tags));
        _listener.Start();
    }

    /// <summary>For example <c>bff.refresh joined</c>.</summary>
    public ConcurrentQueue<string> All { get; } = new();

    public int Count(string measurement) => All.Count(measured => measured == measurement);

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        All.Enqueue(string.Join(' ', [instrument.Name, .. tags.ToArray().Select(tag => tag.Value)]));
}
