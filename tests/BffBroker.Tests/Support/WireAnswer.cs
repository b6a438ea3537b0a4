using System.Globalization;

namespace BffBroker.Tests.Support;

/// <summary>What a <see cref="WireServer"/> does with one request: these bytes and then this end.</summary>
internal sealed record WireAnswer(string Text, WireEnd End)
{
    public static WireAnswer Reset { get; } = new("", WireEnd.Reset);

    public static WireAnswer Silence { get; } = new("", WireEnd.Kept);

    /// <summary>Nothing is sent before.</summary>
    public Task Released { get; init; } = Task.CompletedTask;

    public static WireAnswer Json(int status, string body, string header = "X-Nothing: 1") =>
        new(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n{header}\r\n\r\n{body}"), WireEnd.Kept);

    public static WireAnswer Cut(string text) => new(text, WireEnd.Closed);
}
