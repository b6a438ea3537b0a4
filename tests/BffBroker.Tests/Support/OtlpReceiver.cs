using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BffBroker.Tests.Support;

/// <summary>What an OpenTelemetry collector is to an exporter: takes metrics and spans, by gRPC and by HTTP, and keeps them.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<(bool AreMetrics, byte[] Body)> _received = new();
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = QuietServer.NewBuilder();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public string UrlFor(string protocol) => protocol == "grpc" ? _app.Urls.Last() : _app.Urls.First();

    /// <summary>All that came, as it came.</summary>
    public string Text => string.Join('\n', _received.Select(message => Encoding.Latin1.GetString(message.Body)));

    public IReadOnlyList<OtlpSpan> Spans => [.. Scopes(areMetrics: false).SelectMany(scope => scope.All(2).Select(span => new OtlpSpan(
        Source: scope.All(1).Single().Text(1), Name: span.Text(5), TraceId: span.Hex(1), Id: span.Hex(2), ParentId: span.Hex(4), Tags: TagsOf(span, 9), IsMore: span.Has(3) || span.Has(11) || span.Has(13))))];

    /// <summary>Every series by its last value, for a histogram the count: <c>bff.login succeeded</c>.</summary>
    public IReadOnlyDictionary<string, double> Metrics => Scopes(areMetrics: true).SelectMany(scope => scope.All(2)).SelectMany(PointsOf)
        .GroupBy(point => point.Series).ToDictionary(series => series.Key, series => series.Last().Value);

    /// <summary>Attributes of whoever sent the last message.</summary>
    public IReadOnlyDictionary<string, string> Resource =>
        TagsOf(new ProtobufMessage(_received.Last().Body).All(1).Last().All(1).Single(), 1).ToDictionary(tag => tag.Key, tag => tag.Value);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var isGrpc = http.Request.ContentType == "application/grpc";
        const int prefix = 5;
        var message = isGrpc ? body.ToArray()[prefix..] : body.ToArray();
        _received.Enqueue((http.Request.Path.Value!.Contains("metrics", StringComparison.OrdinalIgnoreCase), message));

        http.Response.ContentType = http.Request.ContentType;
        if (isGrpc)
        {
            await http.Response.Body.WriteAsync(new byte[prefix]);
            http.Response.AppendTrailer("grpc-status", "0");
        }
    }

    private IEnumerable<ProtobufMessage> Scopes(bool areMetrics) => _received.Where(message => message.AreMetrics == areMetrics)
        .SelectMany(message => new ProtobufMessage(message.Body).All(1)).SelectMany(resource => resource.All(2));

    // Gauge, sum, histogram.
    private static IEnumerable<(string Series, double Value)> PointsOf(ProtobufMessage metric) =>
        metric.All(5).Concat(metric.All(7)).SelectMany(kind => kind.All(1)).Select(point => (SeriesOf(metric, TagsOf(point, 7)), point.Has(6) ? point.Number(6) : BitConverter.UInt64BitsToDouble(point.Number(4))))
            .Concat(metric.All(9).SelectMany(kind => kind.All(1)).Select(point => (SeriesOf(metric, TagsOf(point, 9)), (double)point.Number(4))));

    private static string SeriesOf(ProtobufMessage metric, IEnumerable<KeyValuePair<string, string>> tags) =>
        string.Join(' ', [metric.Text(1), .. tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => tag.Value)]);

    private static List<KeyValuePair<string, string>> TagsOf(ProtobufMessage message, int field) => [.. message.All(field)
        .Select(tag => KeyValuePair.Create(tag.Text(1), tag.All(2).Single() is var value && value.Has(1) ? value.Text(1) : $"{value.Number(2) + value.Number(3)}"))];
}

/// <param name="IsMore">Whether it has trace state, events or links.</param>
internal sealed record OtlpSpan(string Source, string Name, string TraceId, string Id, string ParentId, IReadOnlyList<KeyValuePair<string, string>> Tags, bool IsMore);
