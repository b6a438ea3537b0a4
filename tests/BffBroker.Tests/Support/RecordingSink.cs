using System.Collections.Concurrent;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;

namespace BffBroker.Tests.Support;

/// <summary>All that one broker logs, as a sink gets it that an operator has added by configuration.</summary>
internal sealed class RecordingSink : ILogEventSink
{
    private static readonly ConcurrentDictionary<string, RecordingSink> All = new();

    private readonly string _name = Guid.NewGuid().ToString("N");
    private readonly ConcurrentQueue<LogEvent> _events = new();

    public RecordingSink() => All[_name] = this;

    /// <summary>What sends it everything of at least this level, whatever the category.</summary>
    public (string Key, string Value)[] Settings(LogEventLevel level) =>
    [
        ("Serilog:Using:0", typeof(RecordingSink).Assembly.GetName().Name!),
        ("Serilog:WriteTo:0:Name", nameof(RecordingSinkConfiguration.Recorder)),
        ("Serilog:WriteTo:0:Args:name", _name),
        .. new[] { "Default", "Override:Microsoft", "Override:Microsoft.AspNetCore", "Override:Microsoft.Hosting.Lifetime", "Override:System", "Override:StackExchange", "Override:Polly", "Override:Yarp.ReverseProxy.Configuration" }
            .Select(key => ($"Serilog:MinimumLevel:{key}", level.ToString())),
    ];

    public IReadOnlyCollection<LogEvent> Events => _events;

    /// <summary>Each event with everything that a sink can write of it.</summary>
    public IEnumerable<string> Lines => _events.Select(line => string.Join(
        '\n', [line.RenderMessage(null), line.MessageTemplate.Text, .. line.Properties.Select(property => $"{property.Key}={property.Value}"), line.Exception?.ToString()]));

    public void Emit(LogEvent logEvent) => _events.Enqueue(logEvent);

    internal static RecordingSink Find(string name) => All[name];
}

/// <summary>Makes <see cref="RecordingSink"/> known to Serilog's configuration, which asks for a public class.</summary>
public static class RecordingSinkConfiguration
{
    public static LoggerConfiguration Recorder(this LoggerSinkConfiguration writeTo, string name)
    {
        ArgumentNullException.ThrowIfNull(writeTo);
        return writeTo.Sink(RecordingSink.Find(name));
    }
}
